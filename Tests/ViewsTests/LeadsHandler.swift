import Foundation
import LeadModel
import Ledger
import Views

/// A front end of its own, as an HTTP server would have it: it answers `GET /leads` and imports nothing of the command line.
struct LeadsHandler {
    struct Response {
        var status: Int
        var body: Data
    }

    let ledger: LedgerReader
    let now: Moment

    /// - Parameter target: `/leads?organization=acme&grade=A&owner=Ann&limit=10&after=…`
    func get(_ target: String) -> Response {
        guard let url = URLComponents(string: target), url.path == "/leads" else { return problem(404, "no such page") }
        let items = url.queryItems ?? []
        func value(_ name: String) -> String? { items.first { $0.name == name }?.value }
        var query = ListingQuery(organization: value("organization") ?? "default", entity: .lead)
        if let owner = value("owner") { query.filters.append(.owner(owner)) }
        if let grade = value("grade") {
            guard let grade = Grade(rawValue: grade) else { return problem(400, "no such grade") }
            query.filters.append(.grade(grade))
        }
        do {
            let view = try ListingView(
                query, limit: value("limit").flatMap { Int($0) } ?? 25, after: value("after"), now: now, in: ledger)
            return Response(status: 200, body: try JSONEncoder().encode(view))
        } catch LedgerError.unknownOrganization(let name, _) {
            return problem(404, "no organization \(name)")
        } catch LedgerError.refused(let why) {
            return problem(400, why)
        } catch {
            return problem(500, "internal error")
        }
    }

    private func problem(_ status: Int, _ title: String) -> Response {
        Response(status: status, body: Data(#"{"status":\#(status),"title":"\#(title)"}"#.utf8))
    }
}
