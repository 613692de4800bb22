// swift-tools-version: 6.1
import PackageDescription

let swiftSettings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

/// A library target of ours. Its dependencies are the whole of "may import" in ARCHITECTURE.md.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], settings: [SwiftSetting] = []
) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings + settings)
}

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "leadline",
    products: [.executable(name: "leadline", targets: ["leadline"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
        .systemLibrary(name: "CHiredis", pkgConfig: "hiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        library("LeadModel"),
        library("LeadTrainer", ["LeadModel"]),
        library("Contract", ["LeadModel", "CSimdjson", "CZlib"]),
        library("Addresses"),
        library("Rabbit", ["CRabbitMQ", "Addresses"]),
        library("Redis", ["CHiredis", "Addresses"]),
        library("Registry", ["Redis", "LeadModel"]),
        library("Intake", ["Rabbit", "Contract", "LeadModel"]),
        library("Running", [log, lifecycle]),
        library("Fleet", ["Registry", "Rabbit", "Contract", "LeadModel", "Running", log, lifecycle]),
        library("Ledger", ["Registry", "Rabbit", "Contract", "LeadModel", "Running", sqlite, log, lifecycle]),
        library("Report", ["Ledger", "LeadModel", "LeadTrainer"]),
        // Fleet for `check`, which reads the broker's topology and the waiting leads; Rabbit for `check` and `tail`.
        library("Views", ["Ledger", "Fleet", "Registry", "Rabbit", "Redis", "Contract", "LeadModel"]),
        library("Embedded"),
        library(
            "Operations",
            [
                "Fleet", "Ledger", "Intake", "Registry", "Rabbit", "Redis", "Contract", "LeadTrainer", "LeadModel",
                "Embedded", "Running", log, lifecycle,
            ]),
        .executableTarget(
            name: "leadline",
            dependencies: [
                "Contract", "Embedded", "Fleet", "Intake", "LeadModel", "LeadTrainer", "Ledger", "Operations", "Rabbit",
                "Redis", "Registry", "Report", "Running", "Views", arguments, configuration, yaml, log,
                lifecycle,
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "TestKit",
            dependencies: [
                "Embedded", "Rabbit", "Redis", "Registry", "Contract", "Intake", "LeadModel", "Fleet", "Ledger",
                "CZlib", sqlite,
                log, lifecycle,
            ],
            path: "Tests/TestKit", swiftSettings: swiftSettings),
        // Not tests: what deploy/bench runs.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CSimdjson", "Contract", "Embedded", "Fleet", "Intake", "LeadModel", "LeadTrainer", "Ledger", "Rabbit",
                "Redis", "Registry", arguments, sqlite,
            ],
            path: "Tests/Benchmarks", exclude: ["Python"], swiftSettings: swiftSettings),
        tests("LeadModelTests", ["LeadModel", "TestKit"]),
        tests("LeadTrainerTests", ["LeadTrainer", "Intake", "TestKit"]),
        tests("ContractTests", ["Contract", "TestKit"]),
        tests("RabbitTests", ["TestKit", "Rabbit"]),
        tests("RedisTests", ["TestKit", "Redis"]),
        tests("EmbeddedTests", ["TestKit", "Embedded", "Rabbit", "Redis"]),
        tests("RegistryTests", ["TestKit", "Registry", "Redis", "LeadModel"]),
        tests("IntakeTests", ["Intake", "Contract", "Rabbit", "TestKit"]),
        tests(
            "FleetTests", ["TestKit", "Fleet", "Operations", "Registry", "Intake", "LeadTrainer"],
            exclude: ["Turn/publish_leads.py"]),
        // Else GRDB's operators are seen in files that do not import it, and Testing's macros don't compile beside them.
        tests(
            "LedgerTests", ["TestKit", "Ledger", "Running", sqlite, log],
            settings: [.enableUpcomingFeature("MemberImportVisibility")]),
        tests("OperationsTests", ["TestKit", "Operations", "Contract", "Rabbit"]),
        tests(
            "ViewsTests", ["TestKit", "Views", "Ledger", "Contract", "LeadModel", "Rabbit", "Redis"],
            settings: [.enableUpcomingFeature("MemberImportVisibility")]),
        tests("CommandTests", ["TestKit", "LeadTrainer", "Contract", "Ledger", sqlite]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
