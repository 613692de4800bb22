/// An attribute as it is stored in the artifact.
struct ArtifactAttribute: Codable {
    var name: String
    var kind: Kind
    /// For kind `signal`: which signal.
    var signal: Signal?
    var bins: [Bin]
    var rareFingerprints: [UInt32]?
    /// For kind `category`: how many of the first bins are ordered.
    var ordered: Int?
    /// Only where a value alone doesn't say how it is read.
    var values: ValueReading?

    enum Kind: String, Codable { case number, category, list, age, signal }

    /// `special`: missing, rare or unseen. `levels`: the bin's categories. `group`: the bin is that of a group's other
    /// categories. `from`: the bin's lower edge (for an age, in days), nil for the first bin.
    struct Bin: Codable {
        var label: String
        var points: Double
        var records: Int
        var positives: Int
        var medianDays: Double?
        var levels: [String]?
        var group: String?
        var from: Double?
        var special: String?
    }

    init(_ attribute: Scorecard.Attribute) {
        name = attribute.name
        values = attribute.values.isPlain ? nil : attribute.values
        bins = attribute.bins.map {
            Bin(
                label: $0.label, points: $0.points, records: $0.records, positives: $0.positives,
                medianDays: $0.medianDays)
        }
        bins[attribute.missingBin].special = "missing"
        if let rare = attribute.rareBin { bins[rare].special = "rare" }
        bins[attribute.unseenBin].special = "unseen"
        switch attribute.reading {
        case .number: kind = .number
        case .category: kind = .category
        case .list: kind = .list
        case .age: kind = .age
        case .signal(let signal, _): (kind, self.signal) = (.signal, signal)
        }
        for (index, edge) in (attribute.reading.edges ?? []).enumerated() { bins[index + 1].from = edge }
        guard let levels = attribute.reading.levels else { return }
        rareFingerprints = levels.rare?.sorted()
        if levels.orderedCount > 0 { ordered = levels.orderedCount }
        let byBin = Dictionary(grouping: levels.bins.keys) { levels.bins[$0] ?? 0 }
        for (index, names) in byBin { bins[index].levels = names.sorted() }
        for (group, index) in levels.groups { bins[index].group = group }
    }

    func read() throws(Scorecard.ArtifactError) -> Scorecard.Attribute {
        let isOrdered = kind == .number || kind == .age
        let specials = isOrdered ? ["missing", "unseen"] : ["missing", "rare", "unseen"]
        let values = bins.prefix { $0.special == nil }
        guard bins.dropFirst(values.count).map(\.special) == specials, bins.count <= Int(UInt16.max) else {
            throw Scorecard.ArtifactError("the bins of \(name) do not end with \(specials.joined(separator: ", "))")
        }
        return Scorecard.Attribute(
            name: name, reading: isOrdered ? try orderedReading(values) : try levelReading(values),
            bins: bins.map {
                .init(
                    label: $0.label, points: $0.points, records: $0.records, positives: $0.positives,
                    medianDays: $0.medianDays)
            }, values: self.values ?? .plain)
    }

    private func orderedReading(_ values: ArraySlice<Bin>) throws(Scorecard.ArtifactError) -> Scorecard.Reading {
        let edges = values.dropFirst().compactMap(\.from)
        guard edges.count == max(0, values.count - 1), values.first?.from == nil,
            zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }), !values.isEmpty
        else { throw Scorecard.ArtifactError("the bins of \(name) do not rise") }
        return kind == .age ? .age(edges: edges) : .number(edges: edges)
    }

    private func levelReading(_ values: ArraySlice<Bin>) throws(Scorecard.ArtifactError) -> Scorecard.Reading {
        var (bins, groups): ([String: Int], [String: Int]) = ([:], [:])
        for (index, bin) in values.enumerated() {
            if let group = bin.group, groups.updateValue(index, forKey: group) != nil {
                throw Scorecard.ArtifactError("a group of \(name) stands in two bins")
            }
            for level in bin.levels ?? [] where bins.updateValue(index, forKey: level) != nil {
                throw Scorecard.ArtifactError("a level of \(name) stands in two bins")
            }
        }
        guard (0...values.count).contains(ordered ?? 0) else {
            throw Scorecard.ArtifactError("more bins of \(name) are in order than it has")
        }
        let levels = Scorecard.Levels(
            bins: bins, rare: rareFingerprints.map(Set.init), orderedCount: kind == .category ? ordered ?? 0 : 0,
            groups: groups)
        switch kind {
        case .list: return .list(levels)
        case .signal:
            guard let signal else { throw Scorecard.ArtifactError("the signal of \(name) is missing") }
            return .signal(signal, levels)
        case .number, .category, .age: return .category(levels)
        }
    }
}
