/// The format as JSON Schema 2020-12, for editors and validators; made from the keys that the decoder reads.

/// With a final line feed. What only the decoder can say (names that refer, pins, cycles) is not in it.
package func pipelineSchema() -> String {
    let about: JSON = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pipeline.yaml",
        "description": "How a Go repository is built, checked and shipped.",
    ]
    guard case .object(let head) = about, case .object(let members) = mappingSchema(PipelineKeys.all) else { return "" }
    let anyContent: JSON = ["anyOf": [["required": ["steps"]], ["required": ["artifacts"]]]]
    guard case .object(let tail) = anyContent else { return "" }
    return JSON.object(head + members + tail).rendered()
}
