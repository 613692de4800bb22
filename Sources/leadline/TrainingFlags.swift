import ArgumentParser
import LeadModel
import LeadTrainer

/// How to train. The same for all commands that do.
struct TrainingFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The date by which ages and the window are taken, as 2026-11-21 or 2026-11-21T09:30:00Z; by default the "
                + "newest in the data.", valueName: "date"))
    var asOf: Moment?
    @Option(help: ArgumentHelp("Threads; the result is the same.", valueName: "n")) var threads: Int?
    @Option(help: ArgumentHelp("Of the random draws.", valueName: "n")) var seed: UInt64 = 1

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024") }
    }

    /// The options of a training, what they say of attributes left to the caller.
    func options(_ entity: Entity) -> TrainingOptions {
        var options = TrainingOptions(entity: entity)
        (options.seed, options.asOf) = (seed, asOf)
        if let threads { options.threads = threads }
        return options
    }
}
