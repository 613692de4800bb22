import LeadModel

/// The name of an organization, by which everything is keyed: 1 to 40 of a–z, 0–9 and "-".
public enum OrganizationName {
    public static func isValid(_ name: some StringProtocol) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
