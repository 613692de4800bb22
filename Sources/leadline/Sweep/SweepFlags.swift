import ArgumentParser
import LeadModel
import Operations

/// Which organization, and which of its entities: by default all.
struct SweepFlags: ParsableArguments {
    @Option(help: ArgumentHelp("The organization.", valueName: "name")) var org = "default"
    @Option(help: "By default all.") var entity: Entity?

    func validate() throws { try OrganizationArgument.validate(org, "--org") }

    var entities: [Entity] { entity.map { [$0] } ?? Entity.allCases }

    /// Runs a sweep and shows its progress and its result.
    ///
    /// - Parameter what: "sweep" or "republication".
    func follow(_ what: String, _ sweep: ((SweepProgress) -> Void) throws -> [SweptEntity]) throws {
        let line = ProgressLine(what)
        let begun = ContinuousClock.now
        let swept = try sweep { progress in
            switch progress {
            case .requested(let entities):
                let plurals = entities.map(\.plural).joined(separator: " and ")
                printError("requested a \(what) of \(org)'s \(plurals); Ctrl-C leaves it running")
            case .records(let done, let total): line.show(done, of: total, Self.note(done, of: total, since: begun))
            case .notTaken:
                line.finish()
                printError(
                    """
                    no worker has started it for 15 s: is one running? `leadline worker` or `leadline up` starts one. The \
                    request stays, and this goes on waiting
                    """)
            case .warning(let text): printError("warning: \(text)")
            }
        }
        line.finish()
        let counts = swept.map { "\($0.records) \($0.records == 1 ? $0.entity.rawValue : $0.entity.plural)" }
        let seconds = ((ContinuousClock.now - begun) / .seconds(1)).decimals(1)
        print("\(org): the \(what) is done: \(counts.joined(separator: ", ")), in \(seconds) s")
    }

    /// "4500 of 10000 records, 900 a second, 6 s left"
    private static func note(_ done: Int, of total: Int, since begun: ContinuousClock.Instant) -> String {
        let elapsed = max(0.001, (ContinuousClock.now - begun) / .seconds(1))
        let rate = Double(done) / elapsed
        var note = "\(done) of \(total) records"
        if rate > 0 {
            note += ", \(rate.decimals(rate < 10 ? 1 : 0)) a second, "
            note += "\((Double(total - done) / rate).decimals(0)) s left"
        }
        return note
    }
}
