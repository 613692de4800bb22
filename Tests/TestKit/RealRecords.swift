import Foundation
import Intake

/// Public files of real records, which are no part of the repository: in the folder that LEADLINE_TEST_DATA names, else in
/// `../shared/data`. Tests that stand on them say so where they are not there.
public enum RealRecords {
    public static let folder =
        ProcessInfo.processInfo.environment["LEADLINE_TEST_DATA"].map { URL(fileURLWithPath: $0) }
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data")
        .standardizedFileURL

    public static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    public static func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    public static let leads = "xedu-leads.csv"
    public static let opportunities = "sales-win-loss.csv"

    /// What the columns of the leads are: ids and those that were filled after the outcome was known are left out.
    public static let leadRoles: ColumnRoles = {
        var roles = ColumnRoles()
        (roles.id, roles.outcome, roles.positive) = ("Prospect ID", "Converted", "1")
        roles.missing = ["Select"]
        roles.exclude = [
            "Lead Number", "Tags", "Lead Quality", "Lead Profile", "Asymmetrique Activity Index",
            "Asymmetrique Profile Index", "Asymmetrique Activity Score", "Asymmetrique Profile Score",
            "Last Notable Activity",
        ]
        return roles
    }()

    /// What those of the opportunities are, without what is known only in the course of a deal.
    public static let opportunityRoles: ColumnRoles = {
        var roles = ColumnRoles(entity: .opportunity)
        (roles.id, roles.outcome, roles.positive) = ("Opportunity Number", "Opportunity Result", "Won")
        roles.exclude = [
            "Elapsed Days In Sales Stage", "Sales Stage Change Count", "Total Days Identified Through Closing",
            "Total Days Identified Through Qualified", "Ratio Days Identified To Total Days",
            "Ratio Days Validated To Total Days", "Ratio Days Qualified To Total Days",
        ]
        return roles
    }()

    /// The opportunities as flags of the command line.
    public static let opportunityFlags: [String] =
        ["--id", "Opportunity Number", "--outcome", "Opportunity Result", "--positive", "Won"]
        + opportunityRoles.exclude.flatMap { ["--exclude", $0] }

    /// The leads as flags of the command line.
    public static let leadFlags: [String] =
        ["--id", "Prospect ID", "--outcome", "Converted", "--positive", "1", "--missing", "Select"]
        + leadRoles.exclude.flatMap { ["--exclude", $0] }
}
