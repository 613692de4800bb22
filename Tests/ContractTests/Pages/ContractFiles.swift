import Foundation

/// The files of `config/contract`.
enum ContractFiles {
    static let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../config/contract")
        .standardizedFileURL

    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appendingPathComponent(path)))
    }

    static func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path).sorted()
    }

    static func decode<T: Decodable>(_ type: T.Type, _ path: String) throws -> T {
        try JSONDecoder().decode(type, from: Data(bytes(path)))
    }

    static func json(_ path: String) throws -> NSDictionary { try json(bytes(path)) }

    static func json(_ bytes: [UInt8]) throws -> NSDictionary {
        struct NoObject: Error {}
        guard let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary else {
            throw NoObject()
        }
        return object
    }
}
