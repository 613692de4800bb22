import Foundation
import LeadModel
import Ledger

/// The ledger of the settings, opened for reading.
struct OpenedLedger {
    let ledger: LedgerReader

    /// - Throws: `LedgerError`; `SettingsError`.
    init(_ settings: Settings) throws { ledger = try LedgerReader(settings.ledgerFile) }

    /// Warns that the ledger may be out of date, unless a process updates it now.
    func warnIfNotUpdated() {
        guard !LedgerFile.hasWriter(ledger.path) else { return }
        printError(
            "warning: no process updates the ledger: it has no results from after `leadline up` or "
                + "`leadline ledger run` ended")
    }
}
