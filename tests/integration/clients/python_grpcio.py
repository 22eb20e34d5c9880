"""Python's grpcio as a subscriber would use it: the steps of third_party_clients_test.cc."""

import os
import pathlib

import grpc
from google.rpc import error_details_pb2, status_pb2
from kinerja.v1 import error_reason_pb2, skp_service_pb2, skp_service_pb2_grpc

REQUESTS = pathlib.Path(os.environ["KJ_REQUESTS"])
SUBMIT = "/kinerja.v1.SkpService/SubmitSkp"


def bytes_of(name):
    return (REQUESTS / (name + ".binpb")).read_bytes()


def request_of(name):
    return skp_service_pb2.SubmitSkpRequest.FromString(bytes_of(name))


def credentials_of(token):
    return [("authorization", "Bearer " + token)]


def expect_equal(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r} instead of {wanted!r}")


def refusal_of(call):
    """The code of a call that must fail, and its details by type."""
    try:
        call()
    except grpc.RpcError as error:
        packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
        if len(packed) > 6 * 1024:
            raise AssertionError(f"details of {len(packed)} bytes") from error
        details = {}
        for detail in status_pb2.Status.FromString(packed).details:
            name = detail.type_url.rsplit(".", 1)[1]
            details[name] = getattr(error_details_pb2, name).FromString(detail.value)
        return error.code(), details
    raise AssertionError("it was accepted")


def raw(channel, method):
    """A method by bytes, as a client without our schema calls it."""
    return channel.unary_unary(method, lambda b: b, lambda b: b)


def check_refusals(service, channel, own):
    code, details = refusal_of(lambda: service.SubmitSkp(request_of("reused"), metadata=own))
    expect_equal(code, grpc.StatusCode.ALREADY_EXISTS, "request_id with another body")
    expect_equal(details["ErrorInfo"].reason, "REQUEST_ID_REUSED", "request_id with another body")

    code, details = refusal_of(lambda: service.SubmitSkp(request_of("wrong"), metadata=own))
    expect_equal(code, grpc.StatusCode.INVALID_ARGUMENT, "a wrong record")
    expect_equal(details["ErrorInfo"].reason, "RECORD_INVALID", "a wrong record")
    expect_equal(details["LocalizedMessage"].locale, "id", "a wrong record")
    violations = details["BadRequest"].field_violations
    codes = os.environ["KJ_CODES"].split(",")
    expect_equal(sorted(v.reason for v in violations), codes, "codes of a wrong record")
    expect_equal(all(v.description and v.localized_message.message for v in violations), True,
                 "both sentences of each violation")

    code, details = refusal_of(lambda: service.SubmitSkp(request_of("many"), metadata=own))
    expect_equal(details["ErrorInfo"].metadata["total"], "200", "total of many violations")
    expect_equal(len(details["BadRequest"].field_violations) > 5, True, "many violations shown")
    judged = service.SubmitSkp(request_of("many_validate_only"), metadata=own)
    expect_equal(len(judged.violations), 200, "violations with validate_only")

    broken = bytes_of("valid").replace(b"Sekar", b"\xffekar")
    code, details = refusal_of(lambda: raw(channel, SUBMIT)(broken, metadata=own))
    expect_equal(code, grpc.StatusCode.INVALID_ARGUMENT, "bad UTF-8")
    expect_equal(details["ErrorInfo"].reason, "REQUEST_UNREADABLE", "bad UTF-8")

    code, details = refusal_of(lambda: service.SubmitSkp(request_of("large"), metadata=own))
    expect_equal(details["ErrorInfo"].reason, "MESSAGE_TOO_LARGE", "a large message")


def check_conflict(service, name, own):
    feed = credentials_of(os.environ["KJ_FEED_TOKEN"])
    changed = service.SubmitSkp(request_of("frozen"), metadata=feed)
    frozen = error_reason_pb2.ERROR_REASON_PLAN_FROZEN
    expect_equal([w.reason for w in changed.warnings], [frozen], "warnings of a feed")
    conflicts = service.ListConflicts(
        skp_service_pb2.ListConflictsRequest(parent=name), metadata=own).conflicts
    expect_equal([c.path for c in conflicts], ["rhk[rhk_id=r-1].uraian"], "conflicts")
    expect_equal(conflicts[0].cause.reason, frozen, "cause of the conflict")


def main():
    own = credentials_of(os.environ["KJ_TOKEN"])
    with grpc.insecure_channel(os.environ["KJ_ADDRESS"]) as channel:
        service = skp_service_pb2_grpc.SkpServiceStub(channel)
        created = service.SubmitSkp(request_of("valid"), metadata=own)
        expect_equal(created.outcome, skp_service_pb2.OUTCOME_CREATED, "outcome")
        again = service.SubmitSkp(request_of("valid"), metadata=own)
        expect_equal(again, created, "the same request_id")
        check_refusals(service, channel, own)
        check_conflict(service, created.name, own)
        health = raw(channel, "/grpc.health.v1.Health/Check")(b"")
        expect_equal(health, b"\x08\x01", "health, SERVING")


main()
