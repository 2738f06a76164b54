/// An ELF file as a value: what a loader has to know of it, and where its sections lie; it holds none of its bytes.
///
/// Source of the names and numbers: System V Application Binary Interface, chapters 4 and 5, and the processors' supplements.

package struct ELFFile: Hashable, Sendable {
    package enum Width: UInt8, Sendable {
        case bits32 = 1
        case bits64 = 2
    }

    package enum ByteOrder: UInt8, Sendable {
        case littleEndian = 1
        case bigEndian = 2
    }

    package var width: Width
    package var byteOrder: ByteOrder
    package var type: ELFType
    package var machine: ELFMachine
    /// The dynamic loader that the kernel has to start in the program's place (PT_INTERP).
    package var interpreter: String?
    /// Names of the libraries that the dynamic loader has to find (DT_NEEDED), in the file's order.
    package var neededLibraries: [String]
    /// In the file's order, without the empty one at the head. None in a file whose section table was taken off.
    package var sections: [ELFSection]

    /// Starts by itself: no loader and no library is needed.
    package var isStatic: Bool { interpreter == nil && neededLibraries.isEmpty }

    /// The first of this name.
    package func section(_ name: String) -> ELFSection? { sections.first { $0.name == name } }
}

/// `e_type`.
package struct ELFType: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let relocatable = ELFType(rawValue: 1)
    /// A program at a fixed address.
    package static let executable = ELFType(rawValue: 2)
    /// A library, or a program that runs at any address.
    package static let shared = ELFType(rawValue: 3)
    package static let core = ELFType(rawValue: 4)
}

/// `e_machine`.
package struct ELFMachine: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package var rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let x86 = ELFMachine(rawValue: 3)
    package static let mips = ELFMachine(rawValue: 8)
    package static let powerPC64 = ELFMachine(rawValue: 21)
    package static let s390 = ELFMachine(rawValue: 22)
    package static let arm = ELFMachine(rawValue: 40)
    package static let x86_64 = ELFMachine(rawValue: 62)
    package static let aarch64 = ELFMachine(rawValue: 183)
    package static let riscV = ELFMachine(rawValue: 243)
    package static let loongArch = ELFMachine(rawValue: 258)

    /// "x86-64"; "machine 1234" for one that has no name here.
    package var description: String {
        switch self {
        case .x86: "x86"
        case .mips: "MIPS"
        case .powerPC64: "PowerPC 64"
        case .s390: "S/390"
        case .arm: "ARM"
        case .x86_64: "x86-64"
        case .aarch64: "AArch64"
        case .riscV: "RISC-V"
        case .loongArch: "LoongArch"
        default: "machine \(rawValue)"
        }
    }
}

package struct ELFSection: Hashable, Sendable {
    package var name: String
    /// `sh_type`: 1 is the program's own, 7 a note, 8 takes no room in the file.
    package var type: UInt32
    /// Where it is in memory; 0 when it is not loaded.
    package var address: UInt64
    /// `sh_size`: in bytes, in memory.
    package var size: UInt64
    /// Its bytes, as offsets from the file's start; empty when it takes no room in the file.
    package var range: Range<Int>
    /// `sh_flags`.
    package var flags: UInt64 = 0
    /// `sh_link`: of a table of symbols, the number of the section that has their names, 1 for the first of the list.
    package var link: UInt32 = 0

    /// Its bytes are a header and a zlib stream (SHF_COMPRESSED).
    package var isCompressed: Bool { flags & 0x800 != 0 }
}

/// Why bytes are no ELF file that can be read.
package enum ELFMistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// They do not begin as an ELF file does.
    case notELF
    /// What is named lies, in part at least, behind the file's end.
    case truncated(String)
    /// What is named contradicts the format.
    case malformed(String)

    package var description: String {
        switch self {
        case .notELF: "not an ELF file"
        case .truncated(let part): "an ELF file that ends before \(part) does"
        case .malformed(let what): "a damaged ELF file: \(what)"
        }
    }
}
