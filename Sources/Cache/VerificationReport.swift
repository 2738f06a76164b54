/// What a look at every object of a store has found; it reads nothing.

package struct VerificationReport: Sendable {
    package enum Problem: String, Sendable {
        /// Its content is not what its name, or the digest in it, says.
        case wrongContent = "wrong-content"
        /// A folder, a link or the like in the place of a file, or a file in the place of a folder.
        case wrongKind = "wrong-kind"
        /// It has a name that nothing there can have.
        case foreignName = "foreign-name"
        case unreadable
        /// Something in the store names it, and it is not there.
        case missing
    }

    package struct Finding: Hashable, Sendable {
        package var kind: StoreKind
        /// Relative to the store.
        package var place: String
        package var problem: Problem
        /// Where it was moved to, relative to the store; nil for what is missing or could not be moved.
        package var quarantine: String?
    }

    /// What was read.
    package var checked: [StoreKind: StoreAmount] = [:]
    /// What is damaged or missing, in the order of the places.
    package var findings: [Finding] = []
    /// Results, and records of the go command's actions, that named what is damaged or missing.
    package var droppedResults = 0
    package var droppedRecords = 0
    /// The store cannot be written to, so everything was left as it is.
    package var isReadOnly = false

    package var isClean: Bool { findings.isEmpty }
}
