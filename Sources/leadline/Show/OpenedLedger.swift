import Ledger

/// The ledger of the settings, for a command that shows what is in it.
struct OpenedLedger {
    let ledger: LedgerReader

    /// - Throws: `LedgerError`; `SettingsError`.
    init() throws { ledger = try LedgerReader(Settings.read().ledgerFile) }

    /// Says, after what was shown, where nobody keeps the ledger: then it is only as good as the last result in it.
    func sayIfLeft() {
        guard !LedgerFile.hasWriter(ledger.path) else { return }
        printError(
            "nobody keeps the ledger now: it knows nothing that came since `leadline up` or `leadline ledger run` ended"
        )
    }
}
