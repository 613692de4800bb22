import Foundation
import LeadModel

/// A lead of the sample data.
public struct SampleLead: Sendable {
    /// "sample-00001", counted from 1.
    public var id: String
    public var createdAt: Moment
    /// Only of closed ones.
    public var closedAt: Moment?
    public var status: Status
    public var owner: String
    public var name: String
    public var attributes: [(name: Exact, value: Value)]

    /// What training takes of it; nothing while it is open.
    public var trainingRecord: TrainingRecord? {
        guard status != .open else { return nil }
        return TrainingRecord(
            attributes: attributes, isPositive: status == .qualified, createdAt: createdAt, closedAt: closedAt)
    }
}

/// Made-up leads to try the product with: companies and jobs from short lists, and an outcome that follows a hidden
/// logistic model with chance added, so that a good scorecard reaches an AUC of about 0.85 and none reaches 1.
public enum SampleLeads {
    /// 2026-11-01T00:00:00Z.
    public static let standardAsOf = Moment(microseconds: 1_793_491_200_000_000)

    /// `count` leads, oldest first, created in the 18 months before `asOf`; of the last three weeks most are open.
    ///
    /// The same arguments give the same leads.
    public static func generate(count: Int, seed: UInt64 = 1, asOf: Moment = standardAsOf) -> [SampleLead] {
        let random = SplitMix64(seed: seed)
        return (0..<count).map { number in
            var maker = SampleMaker(random: random.split(UInt64(number)))
            return maker.lead(number: number, count: count, asOf: asOf)
        }
    }
}

private struct SampleMaker {
    var random: SplitMix64
    /// The hidden model's sum, in log-odds.
    private var logOdds = 0.0
    private var attributes: [(name: Exact, value: Value)] = []

    init(random: SplitMix64) { self.random = random }

    mutating func lead(number: Int, count: Int, asOf: Moment) -> SampleLead {
        logOdds = -0.55
        let company = pick(SampleWords.firsts) + " " + pick(SampleWords.seconds)
        describeLead()
        describeAccount()
        describeContact(company)
        describeVisits()

        // Oldest first, each within its own part of 18 months.
        let age = 540 * (1 - (Double(number) + random.unit()) / Double(max(1, count)))
        let created = asOf.adding(seconds: -Int64(age * 86_400))
        let isPositive = random.unit() < logistic(logOdds)
        let days = (isPositive ? 9 : 16) * -log(1 - random.unit()) + 0.2
        let isClosed = days < age
        return SampleLead(
            id: String(format: "sample-%05d", number + 1), createdAt: created,
            closedAt: isClosed ? created.adding(seconds: Int64(days * 86_400)) : nil,
            status: !isClosed ? .open : isPositive ? .qualified : .disqualified, owner: pick(SampleWords.owners),
            name: "\(company): \(pick(SampleWords.wishes))", attributes: attributes)
    }

    private mutating func describeLead() {
        give("source", SampleWords.sources, missing: 0.04)
        give("product", SampleWords.products, missing: 0.1)
        give("region", SampleWords.regions, missing: 0.06)
        let budget = (exp(9.2 + 1.1 * normal()) / 100).rounded() * 100
        give("budget", budget, missing: 0.3, worth: 0.75 * (log(budget) - 9.2))
        let employees = max(1, exp(3.6 + 1.3 * normal()).rounded())
        give("employees", employees, missing: 0.12, worth: employees < 10 ? -0.5 : employees > 400 ? -0.2 : 0.45)
        give("newsletter", random.unit() < 0.35, worth: 0.3)
        give("requestedDemo", random.unit() < 0.2, worth: 1.3)
        if random.unit() < 0.03 {
            attributes.append((name: "campaign", value: .text("event \(random.index(below: 400))")))
        }
    }

    private mutating func describeAccount() {
        give("account.industry", SampleWords.industries, missing: 0.08)
        let employees = max(1, exp(4.4 + 1.5 * normal()).rounded())
        give("account.employees", employees, missing: 0.15, worth: 0.3 * (log(employees) - 4.4))
        give("account.country", SampleWords.countries, missing: 0.03)
    }

    private mutating func describeContact(_ company: String) {
        give("contact.jobTitle", SampleWords.jobTitles, missing: 0.1)
        let isFree = random.unit() < 0.3
        let domain = isFree ? pick(SampleWords.freeMail) : company.lowercased().replacing(" ", with: "") + ".example"
        attributes.append((name: "contact.emailDomain", value: .text(domain)))
        if isFree { logOdds -= 0.8 }
    }

    private mutating func describeVisits() {
        let visits = (-4.5 * log(1 - random.unit())).rounded(.down)
        give("web.visits", visits, missing: 0.05, worth: 0.16 * min(visits, 12) - 0.6)
        let minutes = (10 * visits * -1.6 * log(1 - random.unit())).rounded() / 10
        give("web.minutes", minutes, missing: 0.05, worth: 0.55 * log(1 + minutes) - 0.9)
    }

    /// A level of the list, each as likely as its weight says.
    private mutating func give(_ name: Exact, _ levels: [SampleWords.Level], missing: Double) {
        guard random.unit() >= missing else { return }
        var place = random.unit() * levels.reduce(0) { $0 + $1.weight }
        let level = levels.first { level in
            place -= level.weight
            return place < 0
        }
        guard let level = level ?? levels.last else { return }
        logOdds += level.worth
        attributes.append((name: name, value: .text(level.text)))
    }

    private mutating func give(_ name: Exact, _ number: Double, missing: Double, worth: Double) {
        guard random.unit() >= missing else { return }
        logOdds += worth
        attributes.append((name: name, value: .number(number)))
    }

    private mutating func give(_ name: Exact, _ flag: Bool, worth: Double) {
        if flag { logOdds += worth }
        attributes.append((name: name, value: .flag(flag)))
    }

    private mutating func pick(_ texts: [String]) -> String { texts[random.index(below: texts.count)] }

    /// Normal with mean 0 and deviation 1 (Box, Muller 1958).
    private mutating func normal() -> Double {
        (-2 * log(1 - random.unit())).squareRoot() * cos(2 * .pi * random.unit())
    }
}
