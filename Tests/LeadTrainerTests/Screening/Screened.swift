import LeadModel

@testable import LeadTrainer

/// What a training would make of the attributes of made-up records.
struct Screened {
    let attributes: [ScreenedAttribute]

    /// - Parameter count: of records, of which a share of `share` is positive.
    init(
        _ count: Int, share: Double = 0.4, seed: UInt64, _ options: TrainingOptions = TrainingOptions(),
        _ attributes: (inout SplitMix64, _ isPositive: Bool, _ number: Int) -> [String: Value]
    ) {
        var random = SplitMix64(seed: seed)
        let table = TrainingTable(options: options)
        for number in 0..<count {
            let isPositive = number * 7919 % 1000 < Int(share * 1000)
            let values = attributes(&random, isPositive, number).sorted { $0.key < $1.key }
            table.add(attributes: values.map { (name: Exact($0.key), value: $0.value) }, isPositive: isPositive)
        }
        self.init(table)
    }

    init(_ table: TrainingTable) { attributes = Trainer.screen(table) ?? [] }

    var suspects: [String] { attributes.filter(\.isSuspected).map(\.name) }
    func warnings(_ name: String) -> [String] {
        attributes.first { $0.name == name }?.warnings.map(\.description) ?? []
    }
    func reason(_ name: String) -> Scorecard.Choice.Reason? { attributes.first { $0.name == name }?.reason }
    func kind(_ name: String) -> String? { attributes.first { $0.name == name }?.kind }
}
