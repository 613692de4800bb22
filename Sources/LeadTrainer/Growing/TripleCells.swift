/// How the cells of a table of three axes lie in one array: the groups of the third axis run fastest.
struct TripleCells {
    /// By axis: how many groups it has.
    let sizes: [Int]
    /// By axis: how far apart neighbouring groups are.
    let steps: [Int]

    init(_ sizes: [Int]) { (self.sizes, steps) = (sizes, [sizes[1] * sizes[2], sizes[2], 1]) }

    init(_ groupings: [Grouping]) { self.init(groupings.map(\.count)) }

    var count: Int { sizes[0] * steps[0] }

    /// The group of a cell on an axis.
    func group(of cell: Int, _ axis: Int) -> Int { cell / steps[axis] % sizes[axis] }

    /// The cells, in order, of each line along an axis.
    func lines(_ axis: Int) -> [StrideTo<Int>] {
        (0..<count).filter { group(of: $0, axis) == 0 }
            .map { stride(from: $0, to: $0 + sizes[axis] * steps[axis], by: steps[axis]) }
    }
}
