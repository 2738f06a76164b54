/// Becomes another program: this process ends, and what it was asked to run goes on in its place.
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Returns only when the program cannot be started. It keeps the process id, the open standard streams and the working
/// folder, which becomes the command's; signals are as a shell leaves them.
package func replaceProcess(with command: Command) -> ProcessError {
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_DFL) }
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    guard chdir(command.directory) == 0 else {
        return ProcessError(executable: command.executable, cause: "\(command.directory): \(String(cString: strerror(errno)))")
    }
    let words = [command.executable] + command.arguments
    let variables = command.environment.map { "\($0.key)=\($0.value)" }
    let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    let environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    execve(command.executable, arguments, environment)
    let cause = String(cString: strerror(errno))
    for text in arguments + environment { free(text) }
    return ProcessError(executable: command.executable, cause: cause)
}
