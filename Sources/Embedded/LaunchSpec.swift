import Glibc

/// How to start a program.
struct LaunchSpec: Sendable {
    /// For errors.
    var name: String
    /// Absolute path.
    var program: String
    var arguments: [String]
    /// The complete environment: no variable is inherited.
    var environment: [String: String]
    /// The working folder.
    var folder: String
    /// Standard output and error are appended to this file.
    var log: String

    /// POSIX_SPAWN_SETSID of glibc's spawn.h, which Swift does not import.
    private static let newSession: Int32 = 0x80

    struct Failure: Error { var errno: Int32 }

    /// Starts it under `setpriv --pdeathsig TERM`, so that it ends with the *calling thread*. Returns its process id, which
    /// stays the same: setpriv and the server's start script replace themselves by `exec`.
    func spawn() -> Result<pid_t, Failure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        GlibcExtras.closeFrom(&actions, 3)
        GlibcExtras.changeFolder(&actions, folder)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This process may ignore or block signals. A child that inherited this could not be stopped.
        var every = sigset_t()
        var none = sigset_t()
        sigfillset(&every)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &every)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags = Self.newSession | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var words = ([RequiredProgram.setpriv.path, "--pdeathsig", "TERM", "--", program] + arguments).map {
            strdup($0)
        }
        var settings = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for word in words + settings { free(word) } }
        words.append(nil)
        settings.append(nil)

        var pid: pid_t = 0
        let result = posix_spawn(&pid, RequiredProgram.setpriv.path, &actions, &attributes, words, settings)
        return result == 0 ? .success(pid) : .failure(Failure(errno: result))
    }
}
