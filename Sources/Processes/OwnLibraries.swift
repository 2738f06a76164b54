/// What this very program needs besides its file, for where it is started again with less in sight.
import CSandbox

/// Absolute paths of the libraries that it has loaded.
package let ownLibraries: [String] = {
    var found: [String] = []
    withUnsafeMutablePointer(to: &found) { found in
        csandbox_each_library(
            { path, found in found!.assumingMemoryBound(to: [String].self).pointee.append(String(cString: path!)) }, found)
    }
    return found
}()
