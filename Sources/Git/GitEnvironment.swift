/// What git takes from the process's environment, as a value: nothing here reads that environment itself.

package struct GitEnvironment: Hashable, Sendable {
    package var home: String?
    /// `$XDG_CONFIG_HOME`; nil means `~/.config`.
    package var xdgConfigHome: String?
    /// The machine's configuration file; nil when it is to be left out.
    package var systemConfiguration: String?
    /// The user who called sudo: root trusts that user's repositories too.
    package var sudoUser: UInt32?

    package init(
        home: String?, xdgConfigHome: String? = nil, systemConfiguration: String? = "/etc/gitconfig",
        sudoUser: UInt32? = nil
    ) {
        self.home = home
        self.xdgConfigHome = xdgConfigHome
        self.systemConfiguration = systemConfiguration
        self.sudoUser = sudoUser
    }

    /// From a process's variables: HOME, XDG_CONFIG_HOME, GIT_CONFIG_NOSYSTEM and SUDO_UID.
    package init(variables: [String: String]) {
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        let leavesOutSystem = ["1", "true", "yes", "on"].contains(value("GIT_CONFIG_NOSYSTEM")?.lowercased())
        self.init(
            home: value("HOME"), xdgConfigHome: value("XDG_CONFIG_HOME"),
            systemConfiguration: leavesOutSystem ? nil : "/etc/gitconfig",
            sudoUser: value("SUDO_UID").flatMap { UInt32($0) })
    }

    /// The folder of the user's git files other than `~/.gitconfig`.
    var userFolder: String? { (xdgConfigHome ?? home.map { "\($0)/.config" }).map { "\($0)/git" } }

    /// `~/x` as an absolute path; other paths as they are.
    func expandingHome(_ path: String) -> String? {
        guard path.hasPrefix("~/") else { return path }
        return home.map { $0 + path.dropFirst() }
    }
}
