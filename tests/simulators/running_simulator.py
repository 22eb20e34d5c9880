"""A kinerja-simulator that runs, and callers that speak plain HTTP with it."""

import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.parse

BINARY = os.environ["KINERJA_SIMULATOR"]
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
BASE = "/apisiasn/1.0"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Simulator:
    """Starts the program, waits for its ready file and ends it with SIGTERM."""

    def __init__(self, *arguments, listen="127.0.0.1:0", tls=None):
        self.folder = tempfile.mkdtemp(prefix="simulator-")
        ready = os.path.join(self.folder, "ready")
        command = [BINARY, *arguments, "--listen", listen, "--ready_file", ready]
        self.context = None
        if tls:
            command += ["--tls_certificate", tls[0], "--tls_private_key", tls[1]]
            self.context = ssl.create_default_context(cafile=tls[0])
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not os.path.exists(ready):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the simulator did not start: {command}")
            time.sleep(0.01)
        with open(ready, encoding="utf-8") as file:
            self.address = file.read().strip()

    def connect(self, timeout=10):
        if self.context:
            return http.client.HTTPSConnection(self.address, timeout=timeout,
                                               context=self.context)
        return http.client.HTTPConnection(self.address, timeout=timeout)

    def call(self, method, path, body=None, headers=(), timeout=10):
        """One request on a connection of its own; headers is a list of pairs, repeats allowed."""
        connection = self.connect(timeout)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def control(self, method, path, value=None):
        body = None if value is None else json.dumps(value).encode()
        answer = self.call(method, "/_control/" + path, body)
        assert answer.status == 200, (path, answer.status, answer.body)
        return answer.json

    def fault(self, **rule):
        return self.control("POST", "faults", rule)

    def log(self, after=0):
        return self.control("GET", f"log?after={after}")["entries"]

    def stop(self):
        """Seconds until it was gone, and how it ended."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
        return time.monotonic() - begin, code


def form(**fields):
    return urllib.parse.urlencode(fields).encode()


class Siasn(Simulator):
    """The BKN simulator with a caller that has both tokens."""

    FORM = ("Content-Type", "application/x-www-form-urlencoded")
    JSON = ("Content-Type", "application/json")
    # contoh:rahasia
    BASIC = ("Authorization", "Basic Y29udG9oOnJhaGFzaWE=")

    def __init__(self, *arguments, **options):
        super().__init__("bkn", "--data", os.path.join(DATA, "bkn"), *arguments, **options)
        self.renew()

    def renew(self):
        self.wso2 = self.wso2_token().json["access_token"]
        self.sso = self.sso_token().json["access_token"]

    def wso2_token(self, headers=None, body=form(grant_type="client_credentials")):
        return self.call("POST", "/oauth2/token", body, headers or [self.BASIC, self.FORM])

    def sso_token(self, headers=(FORM,), body=None, **fields):
        request = {"client_id": "klien-contoh", "grant_type": "password",
                   "username": "contoh", "password": "rahasia", **fields}
        return self.call("POST",
                         "/auth/realms/public-siasn/protocol/openid-connect/token",
                         body or form(**request), headers)

    def headers(self):
        return [("Authorization", "Bearer " + self.wso2), ("Auth", "bearer " + self.sso)]

    def get(self, path, headers=None, **options):
        return self.call("GET", BASE + path, None,
                         self.headers() if headers is None else headers, **options)

    def post(self, path, value, headers=None, **options):
        return self.call("POST", BASE + path, json.dumps(value).encode(),
                         (headers or self.headers()) + [self.JSON], **options)

    def delete(self, path, body=None, headers=None):
        return self.call("DELETE", BASE + path, body, headers or self.headers())

    def upload(self, path, parts):
        """parts: (name, filename or None, bytes), in that order."""
        body = b""
        for name, filename, content in parts:
            disposition = f'form-data; name="{name}"'
            if filename:
                disposition += f'; filename="{filename}"'
            body += (b"--XyZ\r\nContent-Disposition: " + disposition.encode() + b"\r\n\r\n" +
                     content + b"\r\n")
        kind = ("Content-Type", "multipart/form-data; boundary=XyZ")
        return self.call("POST", BASE + path, body + b"--XyZ--\r\n", self.headers() + [kind])

    def effects(self, person=None):
        everything = self.control("GET", "effects")
        return everything["people"].get(person) if person else everything["totals"]
