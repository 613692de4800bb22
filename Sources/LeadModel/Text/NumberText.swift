// Numbers as a person reads them. What programs read is JSON (`JSONNumber`).

extension Int {
    /// "12,345".
    public var grouped: String {
        let digits = String(magnitude)
        let groups = stride(from: digits.count, to: 0, by: -3).map { end in
            String(digits.dropLast(digits.count - end).suffix(3))
        }
        return (self < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }
}

extension String {
    /// With separators in the whole numbers of five digits and more: "95,500 to 97,399". Years have four.
    var groupedNumbers: String {
        split(separator: " ", omittingEmptySubsequences: false).map { word in
            if let number = Int(word), number.magnitude >= 10_000 { number.grouped } else { String(word) }
        }.joined(separator: " ")
    }
}

extension Double {
    /// Rounded half away from zero to `count` decimals: "0.893".
    public func decimals(_ count: Int) -> String {
        var scale = 1.0
        for _ in 0..<count { scale *= 10 }
        let rounded = (abs(self) * scale).rounded()
        guard count > 0, rounded < 1e15 else {
            return Int(exactly: self.rounded()).map(String.init) ?? JSONNumber.shortest(self)
        }
        let digits = String(Int(rounded))
        let padded = String(repeating: "0", count: Swift.max(0, count + 1 - digits.count)) + digits
        return (self < 0 && rounded > 0 ? "-" : "") + padded.dropLast(count) + "." + padded.suffix(count)
    }

    /// A share: "64 %", with a decimal where it would round to none or all.
    public var percent: String {
        let isNearEnd = self > 0 && self < 0.0095 || self > 0.9905 && self < 1
        return (100 * self).decimals(isNearEnd ? 1 : 0) + " %"
    }
}
