"""buf curl by reflection, with no schema at hand: the steps of third_party_clients_test.cc."""

import base64
import json
import os
import pathlib
import subprocess
import sys

from google.protobuf import json_format
from google.rpc import error_details_pb2

BUF = sys.argv[1]
REQUESTS = pathlib.Path(os.environ["KJ_REQUESTS"])
ADDRESS = "http://" + os.environ["KJ_ADDRESS"]


def curl(*arguments, token=os.environ["KJ_TOKEN"]):
    """Runs buf curl: whether the call succeeded, and what it printed."""
    command = [BUF, "curl", "--protocol", "grpc", "--http2-prior-knowledge",
               "--reflect-protocol", "grpc-v1alpha", "-H", "authorization: Bearer " + token]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr)


def call(method, data, token=os.environ["KJ_TOKEN"]):
    passed, output = curl("-d", data, f"{ADDRESS}/kinerja.v1.SkpService/{method}", token=token)
    return passed, json.loads(output)


def submit(name, token=os.environ["KJ_TOKEN"]):
    return call("SubmitSkp", "@" + str(REQUESTS / (name + ".json")), token)


def expect_equal(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r} instead of {wanted!r}")


def accept(result, what):
    passed, answer = result
    expect_equal(passed, True, f"{what} {answer}")
    return answer


def refuse(result, code, reason):
    """The details of a refusal, by type."""
    passed, error = result
    expect_equal(passed, False, f"{reason} {error}")
    expect_equal(error["code"], code, reason)
    details = {}
    size = 0
    for detail in error["details"]:
        name = detail["type"].rsplit(".", 1)[1]
        packed = base64.b64decode(detail["value"] + "==")
        size += len(packed)
        details[name] = json_format.MessageToDict(
            getattr(error_details_pb2, name).FromString(packed))
    expect_equal(size <= 6 * 1024, True, "size of the details")
    expect_equal(details["ErrorInfo"]["reason"], reason, "reason")
    return details


def main():
    passed, services = curl("--list-services", ADDRESS)
    expect_equal(passed, True, services)
    expect_equal("kinerja.v1.SkpService" in services.split(), True, "reflection: " + services)

    created = accept(submit("valid"), "a valid record")
    expect_equal(created["outcome"], "OUTCOME_CREATED", "outcome")
    expect_equal(accept(submit("valid"), "again"), created, "the same request_id")
    refuse(submit("reused"), "already_exists", "REQUEST_ID_REUSED")

    wrong = refuse(submit("wrong"), "invalid_argument", "RECORD_INVALID")
    violations = wrong["BadRequest"]["fieldViolations"]
    codes = os.environ["KJ_CODES"].split(",")
    expect_equal(sorted(v["reason"] for v in violations), codes, "codes of a wrong record")
    expect_equal({v["localizedMessage"]["locale"] for v in violations}, {"id"}, "locale")

    many = refuse(submit("many"), "invalid_argument", "RECORD_INVALID")
    expect_equal(many["ErrorInfo"]["metadata"]["total"], "200", "total of many violations")
    judged = accept(submit("many_validate_only"), "validate_only")
    expect_equal(len(judged["violations"]), 200, "violations with validate_only")

    changed = accept(submit("frozen", os.environ["KJ_FEED_TOKEN"]), "a feed")
    reasons = [w["reason"] for w in changed["warnings"]]
    expect_equal(reasons, ["ERROR_REASON_PLAN_FROZEN"], "warnings of a feed")
    listed = accept(call("ListConflicts", json.dumps({"parent": created["name"]})), "conflicts")
    expect_equal([c["path"] for c in listed["conflicts"]], ["rhk[rhk_id=r-1].uraian"], "conflicts")

    refuse(submit("large"), "invalid_argument", "MESSAGE_TOO_LARGE")


main()
