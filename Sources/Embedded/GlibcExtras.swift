import Glibc

/// Two functions of glibc's spawn.h that Swift does not import, since they need _GNU_SOURCE; looked up by name.
enum GlibcExtras {
    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>

    /// Closes every open file from `first` on in the child. glibc 2.34; Debian 12 has 2.36.
    static func closeFrom(_ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ first: Int32) {
        typealias Function = @convention(c) (Actions, Int32) -> Int32
        let function = unsafeBitCast(find("posix_spawn_file_actions_addclosefrom_np"), to: Function.self)
        _ = function(actions, first)
    }

    /// Starts the child in `folder`. glibc 2.29.
    static func changeFolder(_ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ folder: String) {
        typealias Function = @convention(c) (Actions, UnsafePointer<CChar>) -> Int32
        let function = unsafeBitCast(find("posix_spawn_file_actions_addchdir_np"), to: Function.self)
        _ = function(actions, folder)
    }

    private static func find(_ name: String) -> UnsafeMutableRawPointer {
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), name) else {
            preconditionFailure("glibc is too old: it has no \(name)")
        }
        return symbol
    }
}
