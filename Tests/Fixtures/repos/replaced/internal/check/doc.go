// Package check tests that the replacement is what the module imports.
package check
