/// A look at what an action is given, and a program of the user's in its stead; the action itself does not run.
import Action
import Files
import Processes

extension LocalExecutor {
    /// All variables of an action's command, and its folder.
    package func environment(
        of action: Action, products: [ActionID: [ActionResult.File]]
    ) async throws -> (variables: [String: String], directory: String) {
        try await visit(action, products) { command, _ in (command.environment, command.directory) }
    }

    /// Runs `program`, with the caller's terminal, where the action's command would run: with its environment and
    /// `variables` where it says nothing of them, in its folder, and in its sandbox if it has one.
    package func runInteractively(
        _ program: String, adding variables: [String: String], insteadOf action: Action,
        products: [ActionID: [ActionResult.File]]
    ) async throws -> ExitStatus {
        try await visit(action, products) { command, workshop in
            var command = command
            command.executable = program
            command.arguments = []
            command.environment.merge(variables) { own, _ in own }
            guard action.sandbox != nil else { return try await Processes.runInteractively(command) }
            let site = try await onThread { [command] in
                try self.sandbox(for: action, in: workshop, [command], isInteractive: true)
            }
            do {
                let result = try await supervise(.sandboxed(site.sandbox, program: 0), in: groups) { _ in }
                await site.end()
                takeTerminal()
                return result.exit
            } catch {
                await site.end()
                takeTerminal()
                throw error
            }
        }
    }

    private func visit<Value: Sendable>(
        _ action: Action, _ products: [ActionID: [ActionResult.File]], _ body: (Command, Workshop) async throws -> Value
    ) async throws -> Value {
        try await inWorkshop(of: action, products) { workshop in
            try await body(command(action.argv, action.environment, directory: action.directory, workshop), workshop)
        }
    }
}
