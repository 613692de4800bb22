import ArgumentParser
import Operations

struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Writes made-up leads to a CSV file, to try things with.",
        discussion: """
            The closed ones are for `train`, the open ones for `import`: --id id --outcome outcome --positive qualified \
            --created created --closed closed --owner owner --title title. The same flags give the same file.
            """)

    @Argument(help: "FILE.csv.") var file: String
    @Option(help: ArgumentHelp("How many leads; a few percent of them are open.", valueName: "n")) var count = 1500
    @Option(help: ArgumentHelp("What their ids begin with.", valueName: "text")) var prefix = "sample"

    func validate() throws {
        guard (1...1_000_000).contains(count) else { throw ValidationError("--count must be 1 to 1000000") }
    }

    func run() throws {
        try OutputFile.require(file)
        let sample = SampleFile(count: count, prefix: prefix)
        try OutputFile.write(sample.csv, to: file)
        print("\(count) leads, \(sample.open) open, written to \(file)")
    }
}
