/// A triple's table as it is stored in the artifact: three axes of groups; for each group of the first a layer of rows.
struct ArtifactTriple: Codable {
    var axes: [ArtifactPair.Axis]
    var layers: [[ArtifactPair.Row]]

    init(_ triple: Scorecard.Triple, _ attributes: [Scorecard.Attribute]) {
        axes = zip(triple.attributes, triple.groups).map { .init(attributes[$0], $1) }
        layers = (0..<triple.sizes[0]).map { group in
            let layer = triple.layer(group)
            return zip(layer.points, layer.records).map { .init(points: $0, records: $1) }
        }
    }

    func read(_ attributes: [Scorecard.Attribute]) throws(Scorecard.ArtifactError) -> Scorecard.Triple {
        let name = "triple of \(axes.map(\.attribute).joined(separator: ", "))"
        var (places, groups): ([Int], [[UInt16]]) = ([], [])
        for axis in axes {
            let place = try axis.place(attributes, of: name)
            places.append(place)
            groups.append(try axis.groups(attributes[place], of: name))
        }
        let rows = layers.joined()
        let triple = Scorecard.Triple(
            attributes: places, groups: groups, points: rows.flatMap(\.points), records: rows.flatMap(\.records))
        let sizes = groups.count == 3 ? triple.sizes : []
        guard triple.fits(attributes), layers.count == sizes[0], layers.allSatisfy({ $0.count == sizes[1] }),
            rows.allSatisfy({ $0.points.count == sizes[2] && $0.records.count == sizes[2] })
        else {
            throw Scorecard.ArtifactError(
                "the \(name) is not of three attributes in their order with a cell for each three groups")
        }
        return triple
    }
}
