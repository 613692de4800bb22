import Ledger

/// The ledger of the settings, for a command that shows what is in it.
struct OpenedLedger {
    let ledger: Ledger

    /// - Throws: `LedgerError`; `SettingsError`.
    init() throws { ledger = try Ledger(reading: Settings.read().ledgerFile) }

    /// Says, after what was shown, where nobody keeps the ledger: then it is only as good as the last result in it.
    func sayIfLeft() {
        guard !Ledger.isKept(ledger.path) else { return }
        printError(
            "nobody keeps the ledger now: it knows nothing that came since `leadline up` or `leadline ledger run` ended"
        )
    }
}
