"""Two public SIASN clients, byte by byte: what they send is written out here as their HTTP libraries
send it, and the running simulator must answer so that they can go on.

The one in PHP is kanekescom/laravel-siasn-api (Laravel's client on Guzzle), the one in Go
poppotaufikgalli/newSimpeg (net/http). Neither knows anything of this project; both were written
against the real service. People, keys and tokens are invented.
"""

import json
import socket
import unittest

from running_simulator import BASE, DATA, Simulator

NIP, PNS = "199005012015042001", "F0000000000000000000000000009901"
NOBODY = "199901012024041999"
BASIC = "Y29udG9oOnJhaGFzaWE="  # contoh:rahasia
WSO2 = "/oauth2/token"
SSO = "/auth/realms/public-siasn/protocol/openid-connect/token"


class Reply:
    def __init__(self, raw):
        head, self.body = raw.split(b"\r\n\r\n", 1)
        lines = head.decode("ascii").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.headers = {name.lower(): value.strip() for name, value in
                        (line.split(":", 1) for line in lines[1:])}

    @property
    def json(self):
        return json.loads(self.body)


class ClientCase(unittest.TestCase):
    def setUp(self):
        self.simulator = Simulator("bkn", "--data", DATA + "/bkn")
        self.addCleanup(self.simulator.stop)

    def send(self, lines, body=""):
        """The lines of a head and a body go out as they are; the whole answer comes back."""
        host, port = self.simulator.address.rsplit(":", 1)
        text = "\r\n".join(lines).replace("@HOST@", self.simulator.address) + "\r\n\r\n" + body
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(text.encode())
            raw = b""
            while b"\r\n\r\n" not in raw:
                raw += self.more(connection)
            reply = Reply(raw)
            while len(reply.body) < int(reply.headers["content-length"]):
                reply.body += self.more(connection)
        self.assertEqual(reply.headers["content-type"].split(";")[0], "application/json")
        return reply

    def more(self, connection):
        data = connection.recv(65536)
        self.assertTrue(data, "the simulator closed before the answer was whole")
        return data


class PhpClientTest(ClientCase):
    """Guzzle: no Accept; a JSON body unless asked for a form; a retry repeats the line Auth."""

    def wso2(self):
        body = '{"grant_type":"client_credentials"}'
        return self.send([f"POST {WSO2} HTTP/1.1", f"Content-Length: {len(body)}",
                          "User-Agent: GuzzleHttp/7", "Content-Type: application/json",
                          f"Authorization: Basic {BASIC}", "Host: @HOST@"], body).json

    def sso(self):
        body = "grant_type=password&client_id=klien-contoh&username=contoh&password=rahasia"
        return self.send([f"POST {SSO} HTTP/1.1", f"Content-Length: {len(body)}",
                          "User-Agent: GuzzleHttp/7",
                          "Content-Type: application/x-www-form-urlencoded", "Host: @HOST@"],
                         body).json

    def get(self, path, *auth):
        return self.send([f"GET {BASE}{path} HTTP/1.1", "User-Agent: GuzzleHttp/7",
                          f"Authorization: Bearer {self.wso2()['access_token']}",
                          *[f"Auth: {line}" for line in auth], "Host: @HOST@"])

    def auth(self):
        token = self.sso()
        return f"{token['token_type']} {token['access_token']}"

    def test_tokens_have_what_it_builds_its_headers_from(self):
        for token in (self.wso2(), self.sso()):
            self.assertIsInstance(token["access_token"], str)
            self.assertIsInstance(token["expires_in"], int)
            self.assertEqual(token["token_type"], "Bearer")
        self.assertIn("refresh_token", self.sso())

    def test_reads_a_person_without_accept(self):
        reply = self.get(f"/pns/data-utama/{NIP}", self.auth())
        self.assertEqual(reply.status, 200)
        self.assertEqual((reply.json["code"], reply.json["data"]["id"]), (1, PNS))

    def test_nobody_is_404_with_the_words_of_the_service(self):
        reply = self.get(f"/pns/data-utama/{NOBODY}", self.auth())
        self.assertEqual(reply.status, 404)
        self.assertEqual((reply.json["code"], reply.json["data"]), (0, "Data tidak ditemukan"))

    def test_retry_after_401_sends_the_old_and_the_new_auth_line(self):
        old = self.auth()
        self.simulator.control("POST", "expire_tokens", {"kind": "sso"})
        reply = self.get(f"/pns/data-utama/{NIP}", old)
        self.assertEqual((reply.status, reply.json["message"]), (401, "invalid or expired jwt"))
        reply = self.get(f"/pns/data-utama/{NIP}", old, self.auth())
        self.assertEqual((reply.status, reply.json["data"]["id"]), (200, PNS))

    def test_saves_a_year(self):
        body = json.dumps({"id": None, "tahun": 2025, "pnsDinilaiOrang": PNS,
                           "hasilKinerjaNilai": 1, "perilakuKerjaNilai": 2,
                           "kuadranKinerjaNilai": 2, "penilaiNipNrp": "197003121995031002",
                           "penilaiNama": "CONTOH KEPALA", "penilaiJabatan": "Kepala Sekolah",
                           "penilaiUnorNama": "SDN 1 Contoh Jaya", "penilaiGolongan": "42",
                           "statusPenilai": "ASN"}, separators=(",", ":"))
        reply = self.send([f"POST {BASE}/skp22/save HTTP/1.1", f"Content-Length: {len(body)}",
                           "User-Agent: GuzzleHttp/7", "Content-Type: application/json",
                           f"Authorization: Bearer {self.wso2()['access_token']}",
                           f"Auth: {self.auth()}", "Host: @HOST@"], body)
        self.assertEqual((reply.status, reply.json["success"]), (200, True))
        self.assertIsInstance(reply.json["mapData"], str)
        row = self.get(f"/pns/rw-skp22/{NIP}", self.auth()).json["data"][-1]
        self.assertEqual((row["id"], row["KuadranKinerjaNilai"]), (reply.json["mapData"], "2"))


class GoClientTest(ClientCase):
    """net/http: a form without escapes, headers by name, Content-Type on a read without a body."""

    def token(self, path, body, *headers):
        return self.send([f"POST {path} HTTP/1.1", "Host: @HOST@",
                          "User-Agent: Go-http-client/1.1", f"Content-Length: {len(body)}",
                          *headers, "Content-Type: application/x-www-form-urlencoded",
                          "Accept-Encoding: gzip"], body).json["access_token"]

    def headers(self):
        wso2 = self.token(WSO2, "grant_type=client_credentials", f"Authorization: Basic {BASIC}")
        sso = self.token(SSO, "client_id=klien-contoh&grant_type=password&username=contoh"
                              "&password=rahasia contoh")
        return [f"Auth: bearer {sso}", f"Authorization: Bearer {wso2}",
                "Content-Type: application/json", "Accept-Encoding: gzip"]

    def read(self, path):
        return self.send([f"GET {BASE}{path} HTTP/1.1", "Host: @HOST@",
                          "User-Agent: Go-http-client/1.1", "Accept: application/json",
                          *self.headers()])

    def save(self, path, value):
        body = json.dumps(value, separators=(",", ":"))
        return self.send([f"POST {BASE}{path} HTTP/1.1", "Host: @HOST@",
                          "User-Agent: Go-http-client/1.1", f"Content-Length: {len(body)}",
                          "Accept: application/json", *self.headers()], body)

    def test_answer_is_plain_json_though_it_offers_gzip(self):
        reply = self.read(f"/pns/data-utama/{NIP}")
        self.assertNotIn("content-encoding", reply.headers)
        self.assertEqual(reply.json["data"]["id"], PNS)

    def test_saves_a_period_with_its_own_capitals(self):
        reply = self.save("/kinerjaperiodik/save", {
            "Id": None, "PnsDinilaiId": PNS, "PeriodikId": "2", "KoefisienId": "12",
            "Tahun": 2025, "BulanMulaiPenilaian": "1", "BulanSelesaiPenilaian": "3",
            "TahunMulaiPenilaian": 2025, "TahunSelesaiPenilaian": 2025, "HasilKinerjaNilai": 1,
            "PerilakuKerjaNilai": 2, "KuadranKinerjaNilai": 2, "PenilaiGolongan": "42",
            "PenilaiNipNrp": "197003121995031002", "PenilaiNama": "CONTOH KEPALA",
            "PenilaiJabatanNama": "Kepala Sekolah", "PenilaiUnorNama": "SDN 1 Contoh Jaya",
            "StatusPenilai": "ASN"})
        self.assertEqual((reply.status, reply.json["success"]), (200, True))
        self.assertIsInstance(reply.json["mapData"], str)
        rows = self.read(f"/pns/rw-kinerjaperiodik/{NIP}").json["data"]
        self.assertEqual([(row["id"], row["koefisenId"]) for row in rows],
                         [(reply.json["mapData"], "12")])

    def test_saves_credit_with_empty_flags_into_its_own_struct(self):
        reply = self.save("/angkakredit/save", {
            "id": "", "pnsId": PNS, "rwJabatanId": "00000000-0000-11ef-a001-000000009901",
            "nomorSk": "800/001/PAK/2026", "tanggalSk": "15-01-2026", "bulanMulaiPenailan": "1",
            "tahunMulaiPenailan": "2025", "bulanSelesaiPenailan": "12",
            "tahunSelesaiPenailan": "2025", "kreditUtamaBaru": "0", "kreditPenunjangBaru": "0",
            "kreditBaruTotal": "12.5", "isAngkaKreditPertama": "", "isIntegrasi": "",
            "isKonversi": "1"})
        self.assertEqual(reply.status, 200)
        # Its struct has a text for code and an object for mapData: another type ends its decoding.
        self.assertIs(reply.json["success"], True)
        self.assertIsInstance(reply.json.get("code", ""), str)
        self.assertIsInstance(reply.json["mapData"]["rwAngkaKreditId"], str)
        row = self.read(f"/angkakredit/id/{reply.json['mapData']['rwAngkaKreditId']}").json["data"]
        self.assertEqual((row["isKonversi"], row["nomorSk"]), ("1", "800/001/PAK/2026"))

    def test_missing_fields_come_as_text_on_200(self):
        reply = self.save("/kinerjaperiodik/save", {"Id": None})
        self.assertEqual((reply.status, reply.json["code"], reply.json["data"]), (200, 0, None))
        self.assertEqual(reply.json["message"].split("\n")[0], "7 errors occurred:")
        self.assertIn("\t* PnsDinilaiId is required", reply.json["message"])

    def test_deletes_with_a_content_type_and_no_body(self):
        made = self.save("/angkakredit/save", {
            "pnsId": PNS, "nomorSk": "800/2", "tanggalSk": "15-01-2026", "isKonversi": "1",
            "bulanMulaiPenailan": "1", "tahunMulaiPenailan": "2025",
            "bulanSelesaiPenailan": "12", "tahunSelesaiPenailan": "2025"})
        row_id = made.json["mapData"]["rwAngkaKreditId"]
        reply = self.send([f"DELETE {BASE}/angkakredit/delete/{row_id} HTTP/1.1", "Host: @HOST@",
                           "User-Agent: Go-http-client/1.1", "Accept: application/json",
                           *self.headers()])
        self.assertEqual((reply.status, reply.json["success"], reply.json["mapData"]),
                         (200, True, None))


if __name__ == "__main__":
    unittest.main()
