/// A feature of free text such as an e-mail address. The text is personal data and is never stored in a scorecard; the
/// signal's finding is one of a few words, read like a category.
public enum Signal: String, CaseIterable, Codable, Sendable {
    case email, name, phone

    /// All that it can find, in the order in which a person would read them.
    public var findings: [String] {
        switch self {
        case .email: [Finding.business, Finding.free, Finding.noAddress]
        case .name, .phone: [Finding.plausible, Finding.implausible]
        }
    }

    /// What it finds in a text that is not blank; one of `findings`.
    public func finding(in text: String) -> String {
        switch self {
        case .email:
            guard let domain = EmailDomain(ofAddress: text) else { return Finding.noAddress }
            return domain.isFree ? Finding.free : Finding.business
        case .name: return PlausibleName.isOne(text) ? Finding.plausible : Finding.implausible
        case .phone: return PlausiblePhone.isOne(text) ? Finding.plausible : Finding.implausible
        }
    }

    enum Finding {
        static let business = "business domain"
        static let free = "free-mail domain"
        static let noAddress = "no address"
        static let plausible = "plausible"
        static let implausible = "implausible"
    }
}
