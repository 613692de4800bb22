import Foundation
import Glibc

/// LightGBM's C API, of the library that its Python package brings: one record at a time on one thread, by the quickest
/// of its calls, which has worked out all that stays the same beforehand (`LGBM_BoosterPredictForMatSingleRowFast`).
final class LightGBM {
    /// What Python has made ready.
    struct Ready: Codable {
        /// Files.
        var library, model, rows, predictions: String
        var version: String
        var rowCount, width, trees: Int
    }

    enum Kind: Int32 {
        case probability = 0
        case contributions = 3
    }

    private typealias Create = @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<Int32>, Handle) -> Int32
    private typealias Prepare =
        @convention(c) (
            UnsafeMutableRawPointer?, Int32, Int32, Int32, Int32, Int32, UnsafePointer<CChar>, Handle
        ) -> Int32
    private typealias Predict =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeRawPointer, UnsafeMutablePointer<Int64>, UnsafeMutablePointer<Double>
        ) -> Int32
    private typealias Handle = UnsafeMutablePointer<UnsafeMutableRawPointer?>

    /// C_API_DTYPE_FLOAT64.
    private static let float64: Int32 = 1

    let ready: Ready
    private let rows: [Double]
    private let predict: Predict
    private var probability, contributions: UnsafeMutableRawPointer?

    init(_ ready: Ready) throws {
        self.ready = ready
        rows = try Self.numbers(in: ready.rows)
        guard let library = dlopen(ready.library, RTLD_NOW) else {
            throw BenchError("\(ready.library) cannot be loaded: \(String(cString: dlerror()))")
        }
        func symbol<Function>(_ name: String, as _: Function.Type) throws -> Function {
            guard let found = dlsym(library, name) else { throw BenchError("\(ready.library) has no \(name)") }
            return unsafeBitCast(found, to: Function.self)
        }
        let create = try symbol("LGBM_BoosterCreateFromModelfile", as: Create.self)
        let prepare = try symbol("LGBM_BoosterPredictForMatSingleRowFastInit", as: Prepare.self)
        predict = try symbol("LGBM_BoosterPredictForMatSingleRowFast", as: Predict.self)
        var (booster, trees): (UnsafeMutableRawPointer?, Int32) = (nil, 0)
        guard create(ready.model, &trees, &booster) == 0, Int(trees) == ready.trees else {
            throw BenchError("LightGBM cannot read \(ready.model)")
        }
        for (kind, handle) in [(Kind.probability, \LightGBM.probability), (.contributions, \.contributions)] {
            // All trees, from the first on.
            guard
                prepare(
                    booster, kind.rawValue, 0, -1, Self.float64, Int32(ready.width), "num_threads=1",
                    &self[keyPath: handle])
                    == 0
            else { throw BenchError("LightGBM is not ready for single records") }
        }
        try check()
    }

    /// All records, one call each.
    ///
    /// - Returns: the sum of what was written first for each.
    func pass(_ kind: Kind) -> Double {
        let prepared = kind == .probability ? probability : contributions
        return rows.withUnsafeBufferPointer { rows in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: ready.width + 1) { result in
                var (sum, length) = (0.0, Int64(0))
                for row in 0..<ready.rowCount {
                    _ = predict(prepared, rows.baseAddress! + row * ready.width, &length, result.baseAddress!)
                    sum += result[0]
                }
                return sum
            }
        }
    }

    /// That the C API says what Python said.
    private func check() throws {
        let expected = try Self.numbers(in: ready.predictions).reduce(0, +)
        guard abs(pass(.probability) - expected) < 1e-6 else {
            throw BenchError("LightGBM's C API predicts other than its Python")
        }
    }

    private static func numbers(in path: String) throws -> [Double] {
        try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    }
}
