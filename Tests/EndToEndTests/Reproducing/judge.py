"""Judges of statements: published schemas and other people's cryptography. Started by StatementJudge.swift."""

import base64
import hashlib
import json
import sys


def make_key(kind, folder):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    private = ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())
    form = serialization.PrivateFormat.TraditionalOpenSSL if kind == "p256-sec1" else serialization.PrivateFormat.PKCS8
    with open(f"{folder}/{kind}.pem", "wb") as file:
        file.write(private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    with open(f"{folder}/{kind}.pub.pem", "wb") as file:
        file.write(
            private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )


def check_signatures(envelope, keys):
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    payload = base64.b64decode(envelope["payload"], validate=True)
    kind = envelope["payloadType"]
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    signatures = {entry["keyid"]: base64.b64decode(entry["sig"], validate=True) for entry in envelope["signatures"]}
    assert len(signatures) == len(keys), f"{len(signatures)} signatures"
    for path in keys:
        with open(path, "rb") as file:
            public = serialization.load_pem_public_key(file.read())
        info = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        signature = signatures[hashlib.sha256(info).hexdigest()]
        if isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, signed)
        else:
            public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    return json.loads(payload)


def check_statement(statement):
    from google.protobuf import json_format
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    message = json_format.ParseDict(statement, statement_pb2.Statement())
    Statement.copy_from_pb(message).validate()


def check_provenance(predicate):
    from google.protobuf import json_format
    from in_toto_attestation.predicates.provenance.v1 import provenance_pb2

    message = json_format.ParseDict(predicate, provenance_pb2.Provenance())
    definition = message.build_definition
    # What the specification requires, and protobuf cannot.
    assert definition.build_type and definition.external_parameters.fields and message.run_details.builder.id
    for material in definition.resolved_dependencies:
        assert material.uri or material.digest, material


def check_cyclonedx(document):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document))
    assert error is None, error


def check_spdx(document):
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    messages = validate_full_spdx_document(JsonLikeDictParser().parse(document))
    assert not messages, [message.validation_message for message in messages]


def judge(kind, path, keys):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    kind, _, form = kind.partition(".")
    if form == "dsse":
        document = check_signatures(document, keys)
    if kind == "provenance" or form == "dsse":
        check_statement(document)
        document = document["predicate"]
    {"provenance": check_provenance, "cyclonedx": check_cyclonedx, "spdx": check_spdx}[kind](document)


def forge(path, target):
    with open(path, encoding="utf-8") as file:
        envelope = json.load(file)
    statement = json.loads(base64.b64decode(envelope["payload"]))
    statement["subject"][0]["digest"]["sha256"] = "0" * 64
    envelope["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    with open(target, "w", encoding="utf-8") as file:
        json.dump(envelope, file)


command, *words = sys.argv[1:]
if command == "key":
    make_key(*words)
elif command == "forge":
    forge(*words)
else:
    for word in words[1:]:
        kind, _, path = word.partition("=")
        try:
            judge(kind, path, words[0].split(","))
            print("ok")
        except Exception as error:
            print(f"{type(error).__name__}: {error}".replace("\n", " "))
