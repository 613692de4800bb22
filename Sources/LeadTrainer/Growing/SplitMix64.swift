/// The trainer's only source of randomness: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
/// generators, OOPSLA 2014). The same seed gives the same numbers on every machine and in every version.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// From 0 up to, not including, 1; 53 bits.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From 0 up to, not including, `bound`. The bias of the multiplication is below 2⁻³² for the counts used here.
    public mutating func index(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// A generator of its own for part `part` of the work, so that parts can be done in any order.
    func split(_ part: UInt64) -> SplitMix64 {
        var mixer = SplitMix64(seed: state ^ (part &* 0xd134_2543_de82_ef95))
        return SplitMix64(seed: mixer.next())
    }
}

extension Array {
    /// Fisher–Yates, written out so that the order never changes with the standard library.
    mutating func shuffle(by generator: inout SplitMix64) {
        for last in indices.dropFirst().reversed() { swapAt(last, generator.index(below: last + 1)) }
    }
}
