"""What SIASN does, as public clients saw it, asked of the running simulator."""

import base64
import json
import time
import unittest
import urllib.parse

from running_simulator import BASE, Siasn

NIP, PNS = "199005012015042001", "F0000000000000000000000000009901"
OTHER_NIP, OTHER_PNS = "198807172022211003", "F0000000000000000000000000009902"
NOBODY = "199901012024041999"
PART_TIME_NIP = "199704092025212001"

SKP22 = {"id": None, "pnsDinilaiOrang": PNS, "tahun": 2025, "hasilKinerjaNilai": 1,
         "perilakuKerjaNilai": 2, "kuadranKinerjaNilai": 2, "penilaiNipNrp": "197003121995031002",
         "penilaiNama": "CONTOH KEPALA", "penilaiJabatan": "Kepala Sekolah",
         "penilaiUnorNama": "SDN 1 Contoh Jaya", "penilaiGolongan": "42", "statusPenilai": "ASN"}
PERIODIK = {"pnsDinilaiId": PNS, "periodikId": "2", "koefisienId": "12", "tahun": 2025,
            "bulanMulaiPenilaian": "1", "bulanSelesaiPenilaian": 3, "tahunMulaiPenilaian": 2025,
            "tahunSelesaiPenilaian": 2025, "hasilKinerjaNilai": 1, "perilakuKerjaNilai": 2,
            "kuadranKinerjaNilai": 2, "penilaiNipNrp": "197003121995031002",
            "penilaiJabatanNama": "Kepala Sekolah", "penilaiGolongan": "42",
            "statusPenilai": "ASN"}
KREDIT = {"pnsId": PNS, "rwJabatanId": "00000000-0000-11ef-a001-000000009901",
          "nomorSk": "800/001/PAK/2026", "tanggalSk": "15-01-2026", "bulanMulaiPenailan": "1",
          "tahunMulaiPenailan": "2025", "bulanSelesaiPenailan": "12",
          "tahunSelesaiPenailan": "2025", "kreditUtamaBaru": "0", "kreditPenunjangBaru": "0",
          "kreditBaruTotal": "12.500", "isAngkaKreditPertama": "", "isIntegrasi": "0",
          "isKonversi": "1"}
PDF = b"%PDF-1.4 contoh"


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class SiasnCase(unittest.TestCase):
    """Each test has a simulator of its own: it starts within milliseconds."""

    arguments = ()

    def setUp(self):
        self.siasn = Siasn(*self.arguments)
        self.addCleanup(self.siasn.stop)

    def switch(self, **switches):
        self.siasn.control("POST", "switches", switches)

    def saved(self, path, body):
        answer = self.siasn.post(path, body)
        self.assertEqual((answer.status, answer.json["success"]), (200, True), answer.body)
        return answer.json["mapData"]

    def refusal(self, path, body):
        answer = self.siasn.post(path, body)
        self.assertEqual((answer.status, answer.json["success"], answer.json["mapData"]),
                         (200, False, None))
        return answer.json["message"]

    def rows(self, name, nip=NIP):
        answer = self.siasn.get(f"/pns/{name}/{nip}")
        return answer.json["data"] if answer.status == 200 else []


class TokenTest(SiasnCase):
    def test_wso2_token_is_a_jwt_with_its_lifetime(self):
        answer = self.siasn.wso2_token()
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        body = answer.json
        self.assertEqual((body["expires_in"], body["token_type"]), (3600, "Bearer"))
        token = claims(body["access_token"])
        self.assertEqual((token["exp"] - token["iat"], token["aut"]), (3600, "APPLICATION"))

    def test_sso_token_is_a_jwt_with_its_lifetime_whatever_else_the_form_holds(self):
        body = self.siasn.sso_token(scope="openid", extra="x").json
        self.assertEqual((body["expires_in"], body["token_type"]), (36000, "Bearer"))
        token = claims(body["access_token"])
        self.assertEqual(token["exp"] - token["iat"], 36000)
        self.assertEqual((token["typ"], token["azp"], token["preferred_username"]),
                         ("Bearer", "klien-contoh", "contoh"))

    def test_both_endpoints_take_json_as_well_as_forms(self):
        body = json.dumps({"grant_type": "client_credentials"}).encode()
        headers = [Siasn.BASIC, Siasn.JSON]
        self.assertEqual(self.siasn.wso2_token(headers, body).status, 200)
        keys = json.dumps({"grant_type": "client_credentials", "client_id": "a",
                           "client_secret": "b"}).encode()
        self.assertEqual(self.siasn.wso2_token([Siasn.JSON], keys).status, 200)
        login = json.dumps({"client_id": "c", "grant_type": "password", "username": "u",
                            "password": "p"}).encode()
        self.assertEqual(self.siasn.sso_token([Siasn.JSON], login).status, 200)

    def test_token_refusals_carry_the_standard_words(self):
        answer = self.siasn.wso2_token([Siasn.FORM])
        self.assertEqual((answer.status, answer.json["error"]), (401, "invalid_client"))
        answer = self.siasn.sso_token(password="")
        self.assertEqual((answer.status, answer.json["error"]), (401, "invalid_grant"))
        self.switch(password_grant=False)
        answer = self.siasn.sso_token()
        self.assertEqual((answer.status, answer.json["error"]), (400, "unauthorized_client"))

    def test_refresh_token_gives_new_token(self):
        token = self.siasn.sso_token().json["refresh_token"]
        self.assertEqual(
            self.siasn.sso_token(grant_type="refresh_token", refresh_token=token).status, 200)
        self.assertEqual(
            self.siasn.sso_token(grant_type="refresh_token", refresh_token="x").status, 400)

    def test_short_lifetimes_end(self):
        self.switch(wso2_token_lifetime_s=1, sso_token_lifetime_s=1)
        self.siasn.renew()
        self.assertEqual(self.siasn.get("/pns/data-utama/" + NIP).status, 200)
        deadline = time.monotonic() + 10
        while self.siasn.get("/pns/data-utama/" + NIP).status == 200:
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(self.siasn.get("/pns/data-utama/" + NIP).json["code"], "900901")

    def test_token_outlives_a_restart(self):
        again = Siasn()
        self.addCleanup(again.stop)
        self.assertEqual(again.get("/pns/data-utama/" + NIP, self.siasn.headers()).status, 200)


class AuthorisationTest(SiasnCase):
    def ask(self, *headers):
        return self.siasn.get("/pns/data-utama/" + NIP, list(headers))

    def test_each_sign_of_a_wrong_token(self):
        wso2, sso = self.siasn.headers()
        other = ("Auth", "bearer " + self.siasn.sso_token(
            client_id="klien-lain").json["access_token"])
        cut = ("Auth", sso[1][:-3] + "AAA")
        crossed = ("Auth", "bearer " + self.siasn.wso2)
        for name, headers, status, key, value in [
                ("no Authorization", [sso], 401, "code", "900902"),
                ("unknown Authorization", [("Authorization", "Bearer x"), sso], 401, "code",
                 "900901"),
                ("Auth where Authorization belongs", [("Authorization", sso[1]), sso], 401, "code",
                 "900901"),
                ("no Auth", [wso2], 400, "message", "missing or malformed jwt"),
                ("Auth without prefix", [wso2, ("Auth", self.siasn.sso)], 400, "message",
                 "missing or malformed jwt"),
                ("unknown Auth", [wso2, ("Auth", "bearer x")], 401, "message",
                 "invalid or expired jwt"),
                ("wrongly signed Auth", [wso2, cut], 401, "message", "invalid or expired jwt"),
                ("Authorization where Auth belongs", [wso2, crossed], 401, "message",
                 "invalid or expired jwt"),
                ("Auth of another client", [wso2, other], 401, "data", "Token SSO mismatch")]:
            with self.subTest(name):
                answer = self.ask(*headers)
                self.assertEqual((answer.status, answer.json[key]), (status, value))

    def test_prefix_is_case_blind_and_accept_is_not_needed(self):
        wso2, _ = self.siasn.headers()
        for prefix in ("bearer ", "Bearer ", "BEARER "):
            self.assertEqual(self.ask(wso2, ("auth", prefix + self.siasn.sso)).status, 200)

    def test_each_of_several_auth_lines_is_tried(self):
        wso2, sso = self.siasn.headers()
        wrong = ("Auth", "bearer x")
        self.assertEqual(self.ask(wso2, wrong, sso).status, 200)
        self.assertEqual(self.ask(wso2, sso, wrong).status, 200)
        self.switch(first_auth_line_only=True)
        self.assertEqual(self.ask(wso2, wrong, sso).status, 401)
        self.assertEqual(self.ask(wso2, sso, wrong).status, 200)

    def test_all_issued_tokens_expire_on_command(self):
        self.siasn.control("POST", "expire_tokens", {"kind": "sso"})
        self.assertEqual(self.ask(*self.siasn.headers()).json["message"], "invalid or expired jwt")
        self.siasn.renew()
        self.assertEqual(self.ask(*self.siasn.headers()).status, 200)
        self.siasn.control("POST", "expire_tokens", {"kind": "wso2"})
        self.assertEqual(self.ask(*self.siasn.headers()).json["code"], "900901")

    def test_control_issues_a_token_as_a_person_would_fetch_it(self):
        token = self.siasn.control("POST", "tokens", {"kind": "sso", "lifetime_s": 9})
        self.siasn.sso = token["access_token"]
        self.assertEqual(claims(self.siasn.sso)["exp"] - claims(self.siasn.sso)["iat"], 9)
        self.assertEqual(self.ask(*self.siasn.headers()).status, 200)

    def test_gateway_errors_come_in_three_shapes(self):
        self.switch(gateway_errors="fault")
        self.assertEqual(self.ask().json["fault"]["code"], 900902)
        self.switch(gateway_errors="xml")
        answer = self.ask()
        self.assertEqual((answer.status, answer.headers["Content-Type"]),
                         (401, "application/xml"))
        self.assertIn(b"<ams:code>900902</ams:code>", answer.body)

    def test_paths_that_are_not_there(self):
        for name, method, path, status in [
                ("not in the service", "GET", BASE + "/hantu", 404),
                ("no delete of skp22", "DELETE", BASE + "/skp22/delete/1", 404),
                ("no read of kinerjaperiodik by id", "GET", BASE + "/kinerjaperiodik/id/1", 404),
                ("another base", "GET", "/apisiasn/2.0/pns/data-utama/" + NIP, 404),
                ("another method", "GET", BASE + "/skp22/save", 405)]:
            with self.subTest(name):
                answer = self.siasn.call(method, path, None, self.siasn.headers())
                self.assertEqual((answer.status, answer.json["message"]),
                                 (status, "Runtime Error"))
        answer = self.siasn.get("/pns/rw-kgb/" + NIP)
        self.assertEqual((answer.status, answer.json["data"]), (404, "Data tidak ditemukan"))

    def test_training_base_path_serves_too(self):
        answer = self.siasn.call("GET", "/api/1.0/pns/data-utama/" + NIP, None,
                                 self.siasn.headers())
        self.assertEqual(answer.status, 200)


class PersonTest(SiasnCase):
    def test_data_utama_gives_the_pns_id(self):
        answer = self.siasn.get("/pns/data-utama/" + NIP)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        body = answer.json
        self.assertEqual((body["code"], body["message"], body["data"]["id"]), (1, "success", PNS))
        self.assertEqual(body["data"]["tglLahir"], "01-05-1990")

    def test_part_time_person_stands_in_the_other_place_only(self):
        self.assertEqual(self.siasn.get("/pns/data-utama/" + PART_TIME_NIP).status, 404)
        answer = self.siasn.get("/pns/data-utama/paruhwaktu/" + PART_TIME_NIP)
        self.assertEqual(answer.json["data"]["statusPegawai"], "PPPK PARUH WAKTU")
        self.assertEqual(self.siasn.get("/pns/data-utama/paruhwaktu/" + NIP).status, 404)

    def test_not_found_in_each_way(self):
        path = "/pns/data-utama/" + NOBODY
        answer = self.siasn.get(path)
        self.assertEqual(answer.status, 404)
        self.assertEqual(answer.json, {"code": 0, "data": "Data tidak ditemukan", "message": ""})
        for way, body in [
                ("200_text", {"code": 0, "data": "Data tidak ditemukan", "message": ""}),
                ("200_null", {"code": 1, "data": None, "message": "success"}),
                ("200_absent", {"code": 1, "message": "success"}),
                ("record_not_found", {"code": 0, "data": "record not found", "message": ""})]:
            with self.subTest(way):
                self.switch(not_found=way)
                answer = self.siasn.get(path)
                self.assertEqual((answer.status, answer.json), (200, body))

    def test_reads_take_no_notice_of_a_body(self):
        answer = self.siasn.call("GET", BASE + "/pns/data-utama/" + NIP, b"{not json",
                                 self.siasn.headers() + [Siasn.JSON])
        self.assertEqual(answer.status, 200)

    def test_positions_by_nip_and_by_id(self):
        row = self.siasn.get("/pns/rw-jabatan/" + NIP).json["data"][0]
        self.assertEqual((row["idPns"], row["namaJabatan"]), (PNS, "Guru Ahli Pertama"))
        self.assertEqual(self.siasn.get("/jabatan/id/" + row["id"]).json["data"], row)
        self.assertEqual(self.siasn.get("/jabatan/pns/" + NIP).json["data"], [row])

    def test_units_page_and_count_all(self):
        everything = self.siasn.get("/referensi/ref-unor").json
        self.assertEqual((everything["count"], len(everything["data"])), (6, 6))
        page = self.siasn.get("/referensi/ref-unor?limit=2&offset=5").json
        self.assertEqual((page["count"], page["data"]), (6, everything["data"][5:]))

    def test_ip_asn_and_sync(self):
        for query in ("", "?nipBaru=" + NIP):
            row = self.siasn.get(f"/pns/nilaiipasn/{NIP}{query}").json["data"]
            self.assertEqual((row["nip_baru"], row["subtotal"]), (NIP, "80"))
        body = self.siasn.get("/pns/data-utama-jabatansync?pns_orang_id=" + PNS).json
        self.assertEqual(body, {"Error": "false", "Message": "success"})


class AnyPersonTest(SiasnCase):
    arguments = ("--any_person",)

    def test_every_nip_has_a_stable_person_with_a_position_and_results(self):
        row = self.siasn.get("/pns/data-utama/" + NOBODY).json["data"]
        self.assertEqual(self.siasn.get("/pns/data-utama/" + NOBODY).json["data"], row)
        self.assertRegex(row["id"], "^[0-9A-F]{32}$")
        self.assertNotIn(NOBODY, row["id"])
        self.assertEqual((row["tglLahir"], row["statusPegawai"]), ("01-01-1999", "PNS"))
        position = self.siasn.get("/pns/rw-jabatan/" + NOBODY).json["data"][0]
        self.assertEqual(position["idPns"], row["id"])
        self.saved("/skp22/save", {**SKP22, "pnsDinilaiOrang": row["id"]})
        self.saved("/kinerjaperiodik/save", {**PERIODIK, "pnsDinilaiId": row["id"]})
        self.assertEqual(len(self.rows("rw-skp22", NOBODY)), 1)
        self.assertEqual(self.rows("rw-kinerjaperiodik", NOBODY)[0]["nama"], row["nama"])

    def test_known_people_stay_and_what_is_no_nip_is_nobody(self):
        self.assertEqual(self.siasn.get("/pns/data-utama/" + NIP).json["data"]["id"], PNS)
        for nip in ("19900101201504200", "19900101201504200X", "1990010120150420011"):
            self.assertEqual(self.siasn.get("/pns/data-utama/" + nip).status, 404)


class Skp22Test(SiasnCase):
    def test_save_reads_back_under_other_names_as_text(self):
        before = self.rows("rw-skp22")
        row_id = self.saved("/skp22/save", SKP22)
        self.assertRegex(row_id, "^[0-9a-f]{8}-[0-9a-f]{4}-11f0-a002-[0-9a-f]{12}$")
        want = {"id": row_id, "hasilKinerja": "DIATAS EKSPEKTASI", "hasilKinerjaNilai": "1",
                "perilakuKerja": "SESUAI EKSPEKTASI", "PerilakuKerjaNilai": "2",
                "kuadranKinerja": "BAIK", "KuadranKinerjaNilai": "2",
                "namaPenilai": "CONTOH KEPALA", "nipNrpPenilai": "197003121995031002",
                "penilaiGolonganId": "42", "penilaiJabatanNm": "Kepala Sekolah",
                "penilaiUnorNm": "SDN 1 Contoh Jaya", "pnsDinilaiId": PNS,
                "statusPenilai": "ASN", "tahun": "2025", "path": None}
        self.assertEqual(self.rows("rw-skp22"), before + [want])
        self.assertEqual(self.siasn.get("/skp22/id/" + row_id).json["data"], want)

    def test_same_person_and_year_replaces(self):
        first = self.saved("/skp22/save", SKP22)
        self.assertEqual(self.saved("/skp22/save", {**SKP22, "perilakuKerjaNilai": 1}), first)
        self.assertEqual(self.siasn.get("/skp22/id/" + first).json["data"]["PerilakuKerjaNilai"],
                         "1")
        self.assertNotEqual(self.saved("/skp22/save", {**SKP22, "tahun": 2024}), first)

    def test_id_updates_its_own_row_of_its_own_person(self):
        row_id = self.saved("/skp22/save", SKP22)
        self.assertEqual(self.saved("/skp22/save", {**SKP22, "id": row_id, "tahun": 2026}), row_id)
        self.assertEqual(self.siasn.get("/skp22/id/" + row_id).json["data"]["tahun"], "2026")
        for body in ({**SKP22, "id": "hantu"},
                     {**SKP22, "id": row_id, "pnsDinilaiOrang": OTHER_PNS}):
            self.assertEqual(self.refusal("/skp22/save", body), "record not found")

    def test_names_are_case_blind_and_unknown_ones_ignored(self):
        body = {name.upper(): value for name, value in SKP22.items()}
        row_id = self.saved("/skp22/save", {**body, "takDikenal": [1]})
        self.assertEqual(self.siasn.get("/skp22/id/" + row_id).json["data"]["tahun"], "2025")

    def test_required_fields_are_listed_as_go_lists_them(self):
        for name, body, message in [
                ("several", {"tahun": 2025},
                 "3 errors occurred:\n\t* PnsDinilaiOrang is required\n\t* HasilKinerjaNilai is "
                 "required\n\t* PerilakuKerjaNilai is required\n\n"),
                ("0 counts as missing", {**SKP22, "hasilKinerjaNilai": 0},
                 "1 error occurred:\n\t* HasilKinerjaNilai is required\n\n")]:
            for status in (200, 400):
                with self.subTest(name, status=status):
                    self.switch(required_status=status)
                    answer = self.siasn.post("/skp22/save", body)
                    self.assertEqual(answer.status, status)
                    self.assertEqual(answer.json, {"code": 0, "data": None, "message": message})

    def test_business_refusals_come_on_http_200(self):
        for name, change, message in [
                ("golongan", {"penilaiGolongan": "ZZ"},
                 "golongan penilai tidak ditemukan pada data referensi"),
                ("rating", {"hasilKinerjaNilai": 4},
                 "hasilKinerjaNilai tidak ditemukan pada data referensi"),
                ("quadrant", {"kuadranKinerjaNilai": 6},
                 "kuadranKinerjaNilai tidak ditemukan pada data referensi"),
                ("assessor's status", {"statusPenilai": "PNS"}, "status penilai tidak valid"),
                ("year", {"tahun": 2021}, "tahun tidak valid"),
                ("nobody", {"pnsDinilaiOrang": "F0" * 16}, "data pns tidak ditemukan")]:
            with self.subTest(name):
                self.assertEqual(self.refusal("/skp22/save", {**SKP22, **change}), message)
        self.assertEqual(self.siasn.effects()["skp22"]["created"], 0)

    def test_bodies_that_do_not_fit(self):
        headers = self.siasn.headers()
        for name, kind, body in [("no JSON", "application/json", b"{"),
                                 ("a list", "application/json", b"[]"),
                                 ("a form", "application/x-www-form-urlencoded", b"tahun=2025")]:
            with self.subTest(name):
                answer = self.siasn.call("POST", BASE + "/skp22/save", body,
                                         headers + [("Content-Type", kind)])
                self.assertEqual((answer.status, answer.json["success"]), (200, False))
                self.assertIn("code=4", answer.json["message"])
        message = self.refusal("/skp22/save", {**SKP22, "path": {"890": {}}})
        self.assertIn("cannot unmarshal object into Go struct field .path", message)

    def test_map_data_and_values_by_switch(self):
        self.switch(map_data_object=True, values_as_numbers=True)
        row_id = self.saved("/skp22/save", SKP22)["rwSkpId"]
        row = self.siasn.get("/skp22/id/" + row_id).json["data"]
        self.assertEqual((row["tahun"], row["KuadranKinerjaNilai"]), (2025, 2))

    def test_quadrant_and_history_by_switch(self):
        uneven = {**SKP22, "hasilKinerjaNilai": 1, "perilakuKerjaNilai": 3,
                  "kuadranKinerjaNilai": 4}
        self.switch(transposed_quadrant=True)
        row_id = self.saved("/skp22/save", uneven)
        row = self.siasn.get("/skp22/id/" + row_id).json["data"]
        self.assertEqual((row["KuadranKinerjaNilai"], row["kuadranKinerja"]),
                         ("3", "BUTUH PERBAIKAN"))
        self.switch(empty_history=True)
        answer = self.siasn.get("/pns/rw-skp22/" + NIP).json
        self.assertEqual((answer["code"], answer["data"]), (1, None))

    def test_path_goes_in_as_list_and_comes_back_as_object(self):
        document = {"dok_id": "890", "dok_nama": "Dokumen Evaluasi Kinerja", "dok_uri": "a.pdf",
                    "object": "a.pdf", "slug": "890"}
        row_id = self.saved("/skp22/save", {**SKP22, "path": [document]})
        path = {"890": document}
        self.assertEqual(self.siasn.get("/skp22/id/" + row_id).json["data"]["path"], path)
        self.saved("/skp22/save", SKP22)  # says nothing about documents: they stay
        self.assertEqual(self.siasn.get("/skp22/id/" + row_id).json["data"]["path"], path)
        self.saved("/skp22/save", {**SKP22, "path": []})
        self.assertIsNone(self.siasn.get("/skp22/id/" + row_id).json["data"]["path"])


class KinerjaPeriodikTest(SiasnCase):
    def test_each_save_without_id_creates(self):
        first = self.saved("/kinerjaperiodik/save", PERIODIK)
        second = self.saved("/kinerjaperiodik/save", PERIODIK)
        self.assertNotEqual(first, second)
        self.saved("/kinerjaperiodik/save", {**PERIODIK, "id": first})
        self.assertEqual([row["id"] for row in self.rows("rw-kinerjaperiodik")], [first, second])

    def test_row_has_the_service_spelling_and_the_place(self):
        row_id = self.saved("/kinerjaperiodik/save", PERIODIK)
        row = self.rows("rw-kinerjaperiodik")[0]
        want = {"id": row_id, "koefisenId": "12", "kriteria": "12.5", "persentase": "100",
                "periodikId": "2", "periodikNama": "triwulan", "bulanMulaiPenilaian": "1",
                "bulanSelesaiPenilaian": "3", "perilakuKerjaNilai": "2",
                "kuadranKinerjaNilai": "2", "kuadranNilai": "BAIK", "nip": NIP,
                "nama": "SEKAR AYU PUSPITA", "unorId": "UNOR-CJ-0101",
                "penilaiPnsId": "F0000000000000000000000000009906",
                "penilaiNipNrp": "197003121995031002", "penilaiJabatanNama": "Kepala Sekolah",
                "penilaiGolonganId": "42", "tahun": "2025", "pnsDinilaiId": PNS}
        self.assertEqual({name: row[name] for name in want}, want)
        self.assertNotIn("koefisienId", row)

    def test_missing_fields_bad_references_and_object_id(self):
        answer = self.siasn.post("/kinerjaperiodik/save", {})
        self.assertEqual(answer.json["message"], "7 errors occurred:\n" + "".join(
            f"\t* {name} is required\n" for name in (
                "PnsDinilaiId", "KoefisienId", "BulanMulaiPenilaian", "BulanSelesaiPenilaian",
                "TahunMulaiPenilaian", "TahunSelesaiPenilaian", "PeriodikId")) + "\n")
        for change in ({"koefisienId": "13"}, {"periodikId": "3"}, {"bulanMulaiPenilaian": 13},
                       {"perilakuKerjaNilai": 9}):
            self.assertIn("tidak", self.refusal("/kinerjaperiodik/save", {**PERIODIK, **change}))
        self.switch(map_data_object=True)
        self.assertIn("rwKinerjaPeriodikId", self.saved("/kinerjaperiodik/save", PERIODIK))

    def test_delete_takes_it_away_and_ignores_a_body(self):
        row_id = self.saved("/kinerjaperiodik/save", PERIODIK)
        answer = self.siasn.delete("/kinerjaperiodik/delete/" + row_id, b"{not json",
                                   self.siasn.headers() + [Siasn.JSON])
        self.assertEqual(answer.json, {"success": True, "mapData": None, "message": "success"})
        self.assertEqual(self.rows("rw-kinerjaperiodik"), [])
        answer = self.siasn.delete("/kinerjaperiodik/delete/" + row_id)
        self.assertEqual((answer.status, answer.json["success"]), (200, False))


class AngkaKreditTest(SiasnCase):
    def test_save_read_delete(self):
        row_id = self.saved("/angkakredit/save", KREDIT)["rwAngkaKreditId"]
        row = self.siasn.get("/angkakredit/id/" + row_id).json["data"]
        want = {name: KREDIT[name] for name in KREDIT
                if name not in ("pnsId", "rwJabatanId", "isAngkaKreditPertama")}
        want.update(id=row_id, pns=PNS, rwJabatan=KREDIT["rwJabatanId"], path=None,
                    namaJabatan="Guru Ahli Pertama", isAngkaKreditPertama="0", Sumber="WS")
        self.assertEqual({name: row[name] for name in want}, want)
        self.assertRegex(row["updated_at"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
        self.assertEqual(self.rows("rw-angkakredit"), [row])
        self.assertNotEqual(self.saved("/angkakredit/save", KREDIT)["rwAngkaKreditId"], row_id)
        self.assertTrue(self.siasn.delete("/angkakredit/delete/" + row_id).json["success"])
        self.assertEqual(self.siasn.get("/angkakredit/id/" + row_id).status, 404)

    def test_refusals(self):
        answer = self.siasn.post("/angkakredit/save", {**KREDIT, "pnsId": ""})
        self.assertEqual(answer.json["message"], "1 error occurred:\n\t* PnsID is required\n\n")
        self.assertEqual(
            self.refusal("/angkakredit/save", {**KREDIT, "nomorSk": "800/001#PAK*2026"}),
            "nomor sk tidak valid/mengandung spesial karakter")

    def test_dates_are_parsed_as_go_parses_them(self):
        as_layout = '" as "02-01-2006": cannot parse "'
        for date, want in [
                ("2026-01-15", f'parsing time "2026-01-15{as_layout}26-01-15" as "-"'),
                ("1-01-2026", f'parsing time "1-01-2026{as_layout}1-01-2026" as "02"'),
                ("15-1-2026", f'parsing time "15-1-2026{as_layout}1-2026" as "01"'),
                ("15-01-26", f'parsing time "15-01-26{as_layout}26" as "2006"'),
                ("15-13-2026", 'parsing time "15-13-2026": month out of range'),
                ("30-02-2026", 'parsing time "30-02-2026": day out of range'),
                ("15-01-2026Z", 'parsing time "15-01-2026Z": extra text: "Z"')]:
            with self.subTest(date):
                self.assertEqual(self.refusal("/angkakredit/save", {**KREDIT, "tanggalSk": date}),
                                 f"code=400, message={want}, internal={want}")
        self.saved("/angkakredit/save", {**KREDIT, "tanggalSk": "29-02-2028"})


class DocumentTest(SiasnCase):
    def test_upload_save_and_download(self):
        answer = self.siasn.upload("/upload-dok", [("file", "skp 2025.pdf", PDF),
                                                   ("id_ref_dokumen", None, b"890")])
        self.assertEqual(answer.json["message"], "File berhasil di upload")
        document = answer.json["data"]
        self.assertEqual((document["dok_id"], document["slug"], document["object"]),
                         ("890", "890", document["dok_uri"]))
        self.saved("/skp22/save", {**SKP22, "path": [document]})
        for uri in (document["dok_uri"], urllib.parse.quote(document["dok_uri"], safe="")):
            answer = self.siasn.get("/download-dok?filePath=" + uri)
            self.assertEqual((answer.status, answer.headers["Content-Type"], answer.body),
                             (200, "application/pdf", PDF))
        answer = self.siasn.get("/download-dok?filePath=hantu")
        self.assertEqual((answer.status, answer.json["code"]), (404, 0))

    def test_upload_to_a_row_in_any_order_of_parts(self):
        row_id = self.saved("/angkakredit/save", KREDIT)["rwAngkaKreditId"]
        parts = [("id_riwayat", None, row_id.encode()), ("id_ref_dokumen", None, b"879"),
                 ("file", "pak.pdf", PDF)]
        for order in (parts, parts[::-1]):
            document = self.siasn.upload("/upload-dok-rw", order).json["data"]
            self.assertEqual(document["dok_uri"], f"peremajaan/usulan/879_{row_id}.pdf")
        row = self.siasn.get("/angkakredit/id/" + row_id).json["data"]
        self.assertEqual(row["path"], {"879": document})
        counts = self.siasn.effects(PNS)["dokumen"]
        self.assertEqual((counts["created"], counts["replaced"]), (1, 1))

    def test_save_with_the_document_in_one_request(self):
        fields = [(name, None, str(value).encode()) for name, value in SKP22.items() if value]
        answer = self.siasn.upload("/skp22/document/save", fields + [("file", "a.pdf", PDF)])
        row = self.siasn.get("/skp22/id/" + answer.json["mapData"]).json["data"]
        self.assertEqual((row["tahun"], list(row["path"])), ("2025", ["890"]))
        snake = [("pns_id", None, PNS.encode()), ("nomor_sk", None, b"1/PAK"),
                 ("tanggal_sk", None, b"15-01-2026"), ("bulan_mulai_penailan", None, b"1"),
                 ("dok_pak", "a.pdf", PDF), ("sk_pak", "b.pdf", PDF)]
        answer = self.siasn.upload("/angkakredit/document/save", snake)
        row_id = answer.json["mapData"]["rwAngkaKreditId"]
        row = self.siasn.get("/angkakredit/id/" + row_id).json["data"]
        self.assertEqual((row["nomorSk"], row["bulanMulaiPenailan"], sorted(row["path"])),
                         ("1/PAK", "1", ["879", "880"]))
        self.assertEqual(self.siasn.effects(PNS)["dokumen"]["created"], 3)

    def test_uploads_that_do_not_fit(self):
        reference = ("id_ref_dokumen", None, b"890")
        for name, path, parts in [
                ("no file", "/upload-dok", [reference]),
                ("no number", "/upload-dok", [("file", "a.pdf", PDF)]),
                ("no PDF", "/upload-dok", [reference, ("file", "a.pdf", b"MZ")]),
                ("no row", "/upload-dok-rw", [reference, ("file", "a.pdf", PDF),
                                              ("id_riwayat", None, b"hantu")])]:
            with self.subTest(name):
                self.assertEqual(self.siasn.upload(path, parts).json["code"], 0)
        answer = self.siasn.post("/upload-dok", {})
        self.assertEqual((answer.status, answer.json["code"]), (400, 0))
        self.assertEqual(self.siasn.effects()["dokumen"]["created"], 0)


class CounterTest(SiasnCase):
    def test_effects_per_person_and_kind(self):
        self.saved("/skp22/save", SKP22)
        self.saved("/skp22/save", SKP22)
        self.saved("/skp22/save", {**SKP22, "kuadranKinerjaNilai": 1})
        gone = self.saved("/kinerjaperiodik/save", PERIODIK)
        self.saved("/kinerjaperiodik/save", PERIODIK)
        self.siasn.delete("/kinerjaperiodik/delete/" + gone)
        self.saved("/skp22/save", {**SKP22, "pnsDinilaiOrang": OTHER_PNS})
        self.refusal("/skp22/save", {**SKP22, "penilaiGolongan": "ZZ"})
        mine = self.siasn.effects(PNS)
        self.assertEqual(mine["skp22"], {"created": 1, "replaced": 2, "identical": 1, "deleted": 0,
                                         "rows": 2})  # one row came from the folder
        self.assertEqual(mine["kinerjaperiodik"], {"created": 2, "replaced": 0, "identical": 0,
                                                   "deleted": 1, "rows": 1})
        self.assertEqual(self.siasn.effects(OTHER_PNS)["skp22"]["created"], 1)
        self.assertEqual(self.siasn.effects()["skp22"]["created"], 2)
        totals = self.siasn.control("GET", "effects?totals")
        self.assertEqual((totals["people"], totals["totals"]["skp22"]["created"]), ({}, 2))

    def test_log_names_people_by_pns_id_only(self):
        begin = self.siasn.control("GET", "log")["last"]
        self.siasn.get("/pns/data-utama/" + NIP)
        self.saved("/skp22/save", SKP22)
        self.siasn.get("/pns/rw-skp22/" + NOBODY)
        entries = self.siasn.log(begin)
        self.assertEqual([(entry["number"] - begin, entry["kind"], entry["person"],
                           entry["status"], entry["effect"]) for entry in entries],
                         [(1, "data_utama", PNS, 200, False), (2, "skp22_save", PNS, 200, True),
                          (3, "rw_skp22", "", 404, False)])
        self.assertLessEqual(entries[0]["ms"], entries[2]["ms"])


if __name__ == "__main__":
    unittest.main()
