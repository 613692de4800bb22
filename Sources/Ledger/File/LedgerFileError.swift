import GRDB

/// SQLite failed: on which file, and why.
///
/// Every access to a ledger's file, to a copy of it or to one that a rebuild writes goes through `naming`, so an error never
/// blames the wrong file.
public struct LedgerFileError: Error, CustomStringConvertible {
    public private(set) var path: String
    let code: ResultCode
    private let extendedCode: ResultCode
    private let message: String

    init(_ path: String, _ error: DatabaseError) {
        (self.path, code, extendedCode) = (path, error.resultCode, error.extendedResultCode)
        message = error.message ?? "\(error.resultCode)"
    }

    /// The content of the file is damaged, or it is no SQLite file: only a rebuild repairs it.
    public var isDamage: Bool { [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(code) }

    /// A write failed, not a read.
    var isWriteFailure: Bool {
        switch code {
        case .SQLITE_FULL, .SQLITE_READONLY: true
        case .SQLITE_IOERR: ![.SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ].contains(extendedCode)
        default: false
        }
    }

    public var description: String {
        switch code {
        case .SQLITE_FULL: "cannot write \(path): no space is left on its disk"
        case .SQLITE_CANTOPEN: "cannot open \(path): \(message)"
        default: "cannot \(isWriteFailure ? "write" : "read") \(path): \(message)"
        }
    }

    /// The same error of another file.
    func of(_ path: String) -> LedgerFileError {
        var error = self
        error.path = path
        return error
    }

    /// Runs `body`, and names `path` in the errors that SQLite gives it.
    static func naming<Answer>(_ path: String, _ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw LedgerFileError(path, error)
        }
    }
}
