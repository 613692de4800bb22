extension TrainingWarning {
    /// A warning about an attribute that probably gives away the outcome.
    ///
    /// - Parameter otherwise: what to do, unless the options leave it out.
    static func leak(_ name: String, _ reason: String, otherwise: String, _ options: TrainingOptions) -> Self {
        options.excludesSuspects
            ? .init(kind: .excludedSuspect, attribute: name, description: "\(name) \(reason); it is left out")
            : .init(kind: .suspectedLeak, attribute: name, description: "\(name) \(reason)\(otherwise)")
    }

    var isOfLeak: Bool { kind == .suspectedLeak || kind == .excludedSuspect }
}
