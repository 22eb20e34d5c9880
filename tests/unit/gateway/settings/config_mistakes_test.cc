// Every kind of mistake in a configuration and the exact sentence it gets.
#include <gtest/gtest.h>

#include <string>

#include "gateway/reference/reference.h"
#include "gateway/settings/cross_checks.h"
#include "gateway/settings/settings.h"

namespace kinerja::settings {
namespace {

// Line numbers in the cases below are those of this text.
constexpr char kGood[] = R"(listeners:
  - address: 127.0.0.1:8443
store:
  sqlite:
    path: run/kinerja.db
systems:
  - id: pmm
  - id: bkn
    owner: BKN
principals:
  - id: demo
    bearer_token_sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
    systems: [pmm]
    instansi: ["9901"]
reference:
  instansi_file: instansi.tsv
  unor_file: unor.tsv
targets:
  - id: bkn
    nama: BKN e-Kinerja
    bkn: {service_url: "https://127.0.0.1/s", token_url: "https://127.0.0.1/t", consumer_key_file: k, consumer_secret_file: s, sso_token_file: t}
routes:
  - target: bkn
    status: [DISETUJUI, FINAL]
windows:
  - kind: TAHUNAN
    periode_mulai: 2026-01-01
    periode_selesai: 2026-12-31
    sampai: 2027-01-31
limits:
  max_scan: 100
)";

const reference::Snapshot& Reference() {
  static const auto* const snapshot =
      new auto(*reference::Snapshot::Parse("kode_bkn\tinstansi_id\tnama\tjenis\tkode_wilayah\n"
                                           "9901\tx\tPemerintah Kab. Contoh Jaya\tD\t99.01\n"
                                           "9902\ty\tPemerintah Kab. Contoh Makmur\tD\t99.02\n",
                                           "id\tid_lokal\tnama\tinduk_id\tkode_instansi\tnpsn\t"
                                           "bentuk\taktif\n"));
  return **snapshot;
}

std::string MistakesOf(const std::string& yaml) {
  Mistakes mistakes;
  const config::v1::GatewayConfig config = ParseConfig(yaml, &mistakes);
  CrossCheck(config, &Reference(), &mistakes);
  return Format("f", mistakes.Sorted());
}

// kGood with one piece replaced.
std::string Edited(const std::string& from, const std::string& to) {
  std::string yaml = kGood;
  const size_t at = yaml.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return yaml.replace(at, from.size(), to);
}

struct Case {
  const char* name;
  const char* from;
  const char* to;
  const char* want;
};

template <size_t n>
void CheckAll(const Case (&cases)[n]) {
  for (const Case& c : cases) EXPECT_EQ(MistakesOf(Edited(c.from, c.to)), c.want) << c.name;
}

TEST(ConfigMistakesTest, FindsNoneInAGoodOne) { EXPECT_EQ(MistakesOf(kGood), ""); }

TEST(ConfigMistakesTest, NamesWrongKeys) {
  constexpr Case kCases[] = {
      {"unknown at the top", "limits:", "limit:",
       "f:30: limit: no setting has this name; use one of: listeners, store, systems, principals, "
       "reference, windows, targets, routes, limits, log, poin_kompetensi, delivery_grace"},
      {"unknown below", "    path:", "    pfad: x\n    path:",
       "f:5: store.sqlite.pfad: no setting has this name; use one of: path, readers"},
      {"what may be a secret is not quoted", "  max_scan", "  k3rah4siaan: 1\n  max_scan",
       "f:31: limits.?: no setting has this name; use one of: max_message_bytes, "
       "max_calls_in_flight, max_waiting_writes, max_scan, stop_grace"},
      {"twice", "limits:", "targets: []\nlimits:", "f:30: targets: is given twice; keep one"},
      {"twice below", "    owner: BKN", "    owner: BKN\n    owner: ORIGIN",
       "f:10: systems[1].owner: is given twice; keep one"},
      {"both of a oneof", "    systems: [pmm]", "    client_certificate_san: x\n    systems: [pmm]",
       "f:13: principals[0].client_certificate_san: cannot stand beside bearer_token_sha256; keep "
       "one of the two"},
  };
  CheckAll(kCases);
}

TEST(ConfigMistakesTest, NamesWrongTypes) {
  constexpr Case kCases[] = {
      {"value for a group", "  sqlite:\n    path: run/kinerja.db", "  sqlite: run/kinerja.db",
       "f:4: store.sqlite: is no group of settings; write each on a line of its own as \"name: "
       "value\", of: path, readers"},
      {"group for a list", "targets:\n  - id: bkn\n    nama", "targets:\n    id: bkn\n    nama",
       "f:18: targets: is no list; write each element on a line of its own after \"- \""},
      {"value for a list", "systems: [pmm]", "systems: pmm",
       "f:13: principals[0].systems: is no list; write each element on a line of its own after \"- "
       "\""},
      {"list for a value", "kind: TAHUNAN", "kind: [TAHUNAN]",
       "f:26: windows[0].kind: is no single value; write one after \": \""},
      {"nothing for a value", "max_scan: 100",
       "max_scan:", "f:31: limits.max_scan: has no value; give it or remove the line"},
      {"empty text", "nama: BKN e-Kinerja", "nama: ''",
       "f:20: targets[0].nama: has no value; give it or remove the line"},
      {"nothing in a list", "systems: [pmm]", "systems: [pmm, ~]",
       "f:13: principals[0].systems[1]: has no value; give it or remove the line"},
      {"word for a number", "max_scan: 100", "max_scan: many",
       "f:31: limits.max_scan: is no whole number from 0 to 4294967295; write digits"},
      {"fraction", "max_scan: 100", "max_scan: 1.5",
       "f:31: limits.max_scan: is no whole number from 0 to 4294967295; write digits"},
      {"below zero", "max_scan: 100", "max_scan: -1",
       "f:31: limits.max_scan: is no whole number from 0 to 4294967295; write digits"},
      {"beyond the type", "max_scan: 100", "max_scan: 4294967296",
       "f:31: limits.max_scan: is no whole number from 0 to 4294967295; write digits"},
      {"yes for a bool", "    systems: [pmm]", "    systems: [pmm]\n    feed: yes",
       "f:14: principals[0].feed: is neither true nor false; write one of them"},
      {"unknown word", "kind: TAHUNAN", "kind: BULANAN",
       "f:26: windows[0].kind: is no word known here; use one of: PERENCANAAN, PERIODIK, TAHUNAN"},
      {"unspecified is no word", "kind: TAHUNAN", "kind: UNSPECIFIED",
       "f:26: windows[0].kind: is no word known here; use one of: PERENCANAAN, PERIODIK, TAHUNAN"},
      {"unknown word in a list", "[DISETUJUI, FINAL]", "[DISETUJUI, JADI]",
       "f:24: routes[0].status[1]: is no word known here; use one of: DRAFT, DIAJUKAN, "
       "DIKEMBALIKAN, DISETUJUI, BERJALAN, DINILAI_PERIODIK, DINILAI_TAHUNAN, KEBERATAN, FINAL, "
       "DIGANTI, DIBATALKAN"},
      {"no duration", "  max_scan: 100", "  stop_grace: 10",
       "f:31: limits.stop_grace: is no duration; write it like 10s, 1m30s or 192h"},
      {"duration below zero", "  max_scan: 100", "  stop_grace: -1s",
       "f:31: limits.stop_grace: is no duration; write it like 10s, 1m30s or 192h"},
      {"duration without end", "  max_scan: 100", "  stop_grace: inf",
       "f:31: limits.stop_grace: is no duration; write it like 10s, 1m30s or 192h"},
      {"alias", "  - id: pmm", "  - id: &x pmm\n  - id: *x",
       "f:8: an alias is not read; write the value out"},
  };
  CheckAll(kCases);
  EXPECT_EQ(MistakesOf("- 1\n"),
            "f:1: holds no settings; write each as \"name: value\"\n"
            "f:1: listeners: is empty; give it\n"
            "f:1: store: is empty; give it\n"
            "f:1: systems: is empty; give it\n"
            "f:1: principals: is empty; give it\n"
            "f:1: reference: is empty; give it");
}

TEST(ConfigMistakesTest, JudgesTheRulesOfEachField) {
  constexpr Case kCases[] = {
      {"required", "  - id: bkn\n    nama", "  - nama",
       "f:19: targets[0].id: is empty; give it\n"
       "f:22: routes[0].target: is no id under targets; use the id of one"},
      {"pattern", "  - id: pmm", "  - id: PMM",
       "f:7: systems[0].id: is text of another form; write [a-z][a-z0-9-]{0,62}\n"
       "f:13: principals[0].systems[0]: is no id under systems; use one of: bkn"},
      {"pattern of an element", "[\"9901\"]", "[\"99\"]",
       "f:14: principals[0].instansi[0]: is text of another form; write \\*|[0-9]{4}"},
      {"hash", "20015ad", "20015AD",
       "f:12: principals[0].bearer_token_sha256: is text of another form; write a SHA-256 in "
       "lower-case hex"},
      {"date", "2026-12-31", "2026-02-30",
       "f:28: windows[0].periode_selesai: is no date of the calendar; write it as yyyy-mm-dd"},
      {"range", "    path: run/kinerja.db", "    path: run/kinerja.db\n    readers: 65",
       "f:6: store.sqlite.readers: is more than 64; give at most that"},
      {"range with both ends",
       "limits:", "poin_kompetensi:\n  - {peran: NARASUMBER, poin: 10001}\nlimits:",
       "f:31: poin_kompetensi[0].poin: is outside 1 to 10000; correct it"},
  };
  CheckAll(kCases);
}

TEST(ConfigMistakesTest, JudgesSettingsAgainstEachOther) {
  constexpr Case kCases[] = {
      {"plain text to the world", "127.0.0.1", "0.0.0.0",
       "f:2: listeners[0].address: takes calls from other machines in plain text; give tls, or "
       "listen on 127.0.0.1, [::1] or localhost"},
      {"a name that only looks like loopback", "127.0.0.1", "127.0.0.1.example",
       "f:2: listeners[0].address: takes calls from other machines in plain text; give tls, or "
       "listen on 127.0.0.1, [::1] or localhost"},
      {"loopback of IPv6", "127.0.0.1:8443", "\"[::1]:8443\"", ""},
      {"all of 127", "127.0.0.1", "127.8.9.10", ""},
      {"localhost", "127.0.0.1", "localhost", ""},
      {"IPv6 without brackets", "127.0.0.1:8443", "::1:8443",
       "f:2: listeners[0].address: has an IPv6 address without brackets; write it like "
       "\"[::1]:8443\""},
      {"port", "8443", "65536",
       "f:2: listeners[0].address: has a port above 65535; give one from 0 to 65535"},
      {"the same address", "store:", "  - address: 127.0.0.1:8443\nstore:",
       "f:3: listeners[1].address: is the same as listeners[0].address; remove one of the two"},
      {"two free ports", "127.0.0.1:8443", "127.0.0.1:0\n  - address: 127.0.0.1:0", ""},
      {"no backend", "  sqlite:\n    path: run/kinerja.db", "  request_retention: 192h",
       "f:3: store: names no backend; give sqlite"},
      {"retention", "  sqlite:", "  request_retention: 167h59m59s\n  sqlite:",
       "f:4: store.request_retention: is shorter than 7 days; give at least 168h"},
      {"least retention", "  sqlite:", "  request_retention: 168h\n  sqlite:", ""},
      {"id of two systems", "  - id: pmm", "  - id: bkn",
       "f:8: systems[1].id: is the same as systems[0].id; give each an id of its own\n"
       "f:13: principals[0].systems[0]: is no id under systems; use one of: bkn"},
      {"owner", "owner: BKN", "owner: GATEWAY",
       "f:9: systems[1].owner: is the gateway itself; use ORIGIN or BKN"},
      {"no proof",
       "    bearer_token_sha256: "
       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n",
       "", "f:11: principals[0]: has no proof; give bearer_token_sha256 or client_certificate_san"},
      {"the same proof", "reference:",
       "  - id: other\n    bearer_token_sha256: "
       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
       "    instansi: [\"*\"]\nreference:",
       "f:16: principals[1].bearer_token_sha256: is the same as principals[0].bearer_token_sha256; "
       "give each principal a proof of its own"},
      {"the same id", "reference:",
       "  - id: demo\n    bearer_token_sha256: "
       "0000000000000000000000000000000000000000000000000000000000000000\n"
       "    instansi: [\"*\"]\nreference:",
       "f:15: principals[1].id: is the same as principals[0].id; give each an id of its own"},
      {"certificate nobody asks for",
       "bearer_token_sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
       "client_certificate_san: pmm.example",
       "f:12: principals[0].client_certificate_san: can never be shown; give a listener "
       "tls.client_ca_file"},
      {"unknown system", "systems: [pmm]", "systems: [pmm, simpeg]",
       "f:13: principals[0].systems[1]: is no id under systems; use one of: bkn, pmm"},
      {"feed without system", "systems: [pmm]", "feed: true",
       "f:13: principals[0].feed: is true, but it writes as no system; give systems"},
      {"unknown instansi", "instansi: [\"9901\"]", "instansi: [\"9909\"]",
       "f:14: principals[0].instansi[0]: is no kode_bkn of the table reference.instansi_file; "
       "correct it or add the instansi there"},
      {"all and some", "instansi: [\"9901\"]", "instansi: [\"*\", \"9901\"]",
       "f:14: principals[0].instansi: holds \"*\" beside codes; keep \"*\" or the codes"},
      {"period backwards", "periode_mulai: 2026-01-01", "periode_mulai: 2027-01-01",
       "f:28: windows[0].periode_selesai: is before periode_mulai; correct one of the two"},
      {"closed before it opens", "sampai: 2027-01-31", "sampai: 2025-12-31",
       "f:29: windows[0].sampai: is before periode_mulai, so that everything is late; correct one "
       "of the two"},
      {"wrong date is not compared", "periode_mulai: 2026-01-01", "periode_mulai: 2027-13-01",
       "f:27: windows[0].periode_mulai: is no date of the calendar; write it as yyyy-mm-dd"},
      {"instansi of a window", "kind: TAHUNAN", "kind: TAHUNAN\n    instansi: ['9909']",
       "f:27: windows[0].instansi[0]: is no kode_bkn of the table reference.instansi_file; correct "
       "it or add the instansi there"},
      {"target without route", "  - id: bkn\n    nama", "  - id: bkd\n  - id: bkn\n    nama",
       "f:19: targets[0]: has no adapter; say how it is spoken to: bkn\n"
       "f:19: targets[0].id: has no route, so that it gets nothing; add a route or remove the "
       "target"},
      {"route to nowhere", "routes:", "routes:\n  - target: bkd",
       "f:23: routes[0].target: is no id under targets; use one of: bkn"},
      {"route from nowhere", "target: bkn", "target: bkn\n    origins: [simpeg]",
       "f:24: routes[0].origins[0]: is no id under systems; use one of: bkn, pmm"},
      {"route of no instansi", "target: bkn", "target: bkn\n    instansi: ['9902', '9903']",
       "f:24: routes[0].instansi[1]: is no kode_bkn of the table reference.instansi_file; correct "
       "it or add the instansi there"},
      {"route of no area", "target: bkn", "target: bkn\n    wilayah: ['99', '98']",
       "f:24: routes[0].wilayah[1]: is the area of no instansi in the table "
       "reference.instansi_file; correct it"},
      {"points twice", "limits:",
       "poin_kompetensi:\n  - {peran: NARASUMBER, poin: 8}\n  - {peran: NARASUMBER, poin: 9}\n"
       "limits:",
       "f:32: poin_kompetensi[1].peran: is the same as poin_kompetensi[0].peran; remove one of the "
       "two"},
      {"zero is no default", "max_scan: 100", "max_scan: 0",
       "f:31: limits.max_scan: is 0; give at least 1, or remove the line for the default"},
  };
  CheckAll(kCases);
}

// Whether message_reader.cc reads the type; it ends the process at another one.
bool IsRead(const google::protobuf::FieldDescriptor& field) {
  using Field = google::protobuf::FieldDescriptor;
  switch (field.cpp_type()) {
    case Field::CPPTYPE_STRING:
    case Field::CPPTYPE_ENUM:
      return true;
    case Field::CPPTYPE_BOOL:
    case Field::CPPTYPE_INT32:
    case Field::CPPTYPE_UINT32:
      return !field.is_repeated();
    case Field::CPPTYPE_MESSAGE:
      if (field.message_type()->full_name() == "google.protobuf.Duration") {
        return !field.is_repeated();
      }
      for (int i = 0; i < field.message_type()->field_count(); ++i) {
        if (!IsRead(*field.message_type()->field(i))) return false;
      }
      return !field.is_map();
    default:
      return false;
  }
}

TEST(ConfigMistakesTest, EveryFieldOfTheSchemaIsRead) {
  const auto* const type = config::v1::GatewayConfig::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    EXPECT_TRUE(IsRead(*type->field(i))) << type->field(i)->name();
  }
}

TEST(ConfigMistakesTest, NamesAllMistakesAtOnce) {
  EXPECT_EQ(MistakesOf(R"(listeners:
  - address: 0.0.0.0:8443
    adress: x
store:
  sqlite: {path: a.db, readers: 65}
systems:
  - id: PMM
principals:
  - id: demo
    systems: [pmm]
    instansi: ["9909", "99"]
reference: {instansi_file: a}
routes:
  - target: bkn
    status: [JADI]
)"),
            "f:2: listeners[0].address: takes calls from other machines in plain text; give tls, "
            "or listen on 127.0.0.1, [::1] or localhost\n"
            "f:3: listeners[0].adress: no setting has this name; use one of: address, tls\n"
            "f:5: store.sqlite.readers: is more than 64; give at most that\n"
            "f:7: systems[0].id: is text of another form; write [a-z][a-z0-9-]{0,62}\n"
            "f:9: principals[0]: has no proof; give bearer_token_sha256 or "
            "client_certificate_san\n"
            "f:10: principals[0].systems[0]: is no id under systems; use the id of one\n"
            "f:11: principals[0].instansi[1]: is text of another form; write \\*|[0-9]{4}\n"
            "f:11: principals[0].instansi[0]: is no kode_bkn of the table "
            "reference.instansi_file; correct it or add the instansi there\n"
            "f:12: reference.unor_file: is empty; give it\n"
            "f:14: routes[0].target: is no id under targets; use the id of one\n"
            "f:15: routes[0].status[0]: is no word known here; use one of: DRAFT, DIAJUKAN, "
            "DIKEMBALIKAN, DISETUJUI, BERJALAN, DINILAI_PERIODIK, DINILAI_TAHUNAN, KEBERATAN, "
            "FINAL, DIGANTI, DIBATALKAN");
}

TEST(ConfigMistakesTest, NeverQuotesAValue) {
  constexpr char kSecret[] = "Kj-rahasia-4711";
  std::string good = kGood;
  for (size_t line = 0; line < good.size(); line = good.find('\n', line) + 1) {
    const size_t colon = good.find(": ", line);
    const size_t end = good.find('\n', line);
    if (colon == std::string::npos || colon > end) continue;
    std::string yaml = good;
    yaml.replace(colon + 2, end - colon - 2, kSecret);
    EXPECT_EQ(MistakesOf(yaml).find(kSecret), std::string::npos) << MistakesOf(yaml);
    yaml = good;
    yaml.insert(end + 1, std::string(kSecret) + ": 1\n");
    EXPECT_EQ(MistakesOf(yaml).find(kSecret), std::string::npos) << MistakesOf(yaml);
  }
}

}  // namespace
}  // namespace kinerja::settings
