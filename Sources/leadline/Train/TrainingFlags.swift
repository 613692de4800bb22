import ArgumentParser
import Foundation
import LeadModel
import LeadTrainer

/// How to train: the flags of all commands that train.
struct TrainingFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The date at which ages and the window end, as 2026-11-21 or 2026-11-21T09:30:00Z; by default the "
                + "newest in the data.", valueName: "date"))
    var asOf: Moment?
    @Option(
        help: ArgumentHelp(
            "The stages from the first to the last, separated by commas; by default in the order of the numbers that "
                + "their names begin with, if all do.", valueName: "stages"))
    var stageOrder: String?
    @Flag(help: "Each attribute has points of its own in each stage; 40 closed records in two stages are needed.")
    var perStage = false
    @Flag(help: "Leaves out what is suspected to give away the outcome; each is named.") var excludeSuspects = false
    @Flag(
        help: ArgumentHelp(
            "Leaves out sensitive attributes: sex, age, marital status, religion, health, origin and the like, as their "
                + "names say. `leadline org set ORG --bar-sensitive` does so in every training for an organization."))
    var barSensitive = false

    @Flag(
        help: ArgumentHelp(
            "Keep the scores at the level of all records.",
            discussion:
                "Otherwise, where the newest records turn out better or worse than the older ones predict, scores "
                + "follow half of that, with a warning."))
    var keepLevel = false
    @Option(help: ArgumentHelp("How many threads; the result does not depend on it.", valueName: "n")) var threads: Int?
    @Option(help: ArgumentHelp("The seed of random numbers.", valueName: "n")) var seed: UInt64 = 1

    func validate() throws {
        if stageOrder != nil, stages.isEmpty { throw ValidationError("--stage-order names no stage") }
        if Set(stages.map { $0.lowercased() }).count < stages.count {
            throw ValidationError("--stage-order names a stage twice")
        }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024") }
    }

    private var stages: [String] {
        (stageOrder ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// The training options of these flags. The caller adds those about attributes.
    func options(_ entity: Entity) -> TrainingOptions {
        var options = TrainingOptions(entity: entity)
        (options.seed, options.asOf, options.stageOrder, options.perStage) = (seed, asOf, stages, perStage)
        (options.excludesSuspects, options.barsSensitive) = (excludeSuspects, barSensitive)
        options.followsTime = !keepLevel
        if let threads { options.threads = threads }
        return options
    }
}
