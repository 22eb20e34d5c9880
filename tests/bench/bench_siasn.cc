// Records a second that arrive at BKN's simulator, by the simulator's own log (`/_control/log`):
// from its first request to its last one.
//
//   bench_siasn token ARGUMENTS    an SSO token, as a person fetches one
//   bench_siasn floor ARGUMENTS    makes the calls itself: libcurl alone, connections kept, nothing
//                                  stored; prints the rate
//   bench_siasn watch ARGUMENTS    waits until somebody else has made them; prints the rate
//
// For each record the calls that the gateway makes for a person it has not met: the person, the
// post, the year's result, the credits that are there, and the credit.
#include <curl/curl.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/bench/requests.h"

namespace kinerja::bench {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kPatience{120};

struct Options {
  std::string url;  // https://host:port
  std::string ca_file;
  std::string reference = "config/reference";
  size_t records = 0;
  size_t in_flight = 1;
};

[[noreturn]] void Fail(std::string_view problem) {
  std::fprintf(stderr, "bench_siasn: %.*s\n", static_cast<int>(problem.size()), problem.data());
  std::exit(1);
}

size_t TakeBytes(char* data, size_t one, size_t bytes, void* body) {
  static_cast<std::string*>(body)->append(data, one * bytes);
  return one * bytes;
}

CURL* NewHandle(const Options& options, std::string* body) {
  CURL* const handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, TakeBytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, body);
  return handle;
}

// --- The simulator's control API
// -------------------------------------------------------------------

class Control {
 public:
  explicit Control(const Options& options)
      : options_(options), handle_(NewHandle(options, &body_)) {}
  ~Control() { curl_easy_cleanup(handle_); }

  json Get(const std::string& path) { return Ask(path, nullptr); }
  json Post(const std::string& path, const std::string& body) { return Ask(path, &body); }

  std::string Token(std::string_view kind) {
    const std::string wanted = absl::StrCat(R"({"kind":")", std::string(kind), R"("})");
    return Post("tokens", wanted).value("access_token", "");
  }

  // Records with both rows, made once each.
  size_t CountDone() {
    const json totals = Get("effects?totals")["totals"];
    return std::min(CountCreated(totals, "skp22"), CountCreated(totals, "angkakredit"));
  }

  double RecordsPerSecond() {
    int64_t first = std::numeric_limits<int64_t>::max();
    int64_t last = 0;
    size_t requests = 0;
    const json log = Get("log?limit=1000000");
    for (const json& entry : log["entries"]) {
      if (entry.value("person", "").empty()) continue;  // of tokens
      first = std::min(first, entry.value("ms", int64_t{0}));
      last = std::max(last, entry.value("ms", int64_t{0}));
      ++requests;
    }
    if (requests != 5 * options_.records) {
      Fail(
          absl::StrCat(requests, " requests for ", options_.records, " records instead of 5 each"));
    }
    return 1000.0 * static_cast<double>(options_.records) / static_cast<double>(last - first);
  }

 private:
  static size_t CountCreated(const json& totals, const char* kind) {
    return totals.value(kind, json::object()).value("created", size_t{0});
  }

  json Ask(const std::string& path, const std::string* body) {
    curl_easy_setopt(handle_, CURLOPT_URL, absl::StrCat(options_.url, "/_control/", path).c_str());
    if (body == nullptr) curl_easy_setopt(handle_, CURLOPT_HTTPGET, 1L);
    if (body != nullptr) curl_easy_setopt(handle_, CURLOPT_COPYPOSTFIELDS, body->c_str());
    body_.clear();
    const CURLcode result = curl_easy_perform(handle_);
    if (result != CURLE_OK) Fail(curl_easy_strerror(result));
    json answer = json::parse(body_, nullptr, /*allow_exceptions=*/false);
    if (answer.is_discarded()) Fail("the control API did not answer JSON");
    return answer;
  }

  const Options& options_;
  std::string body_;
  CURL* const handle_;
};

// --- The floor
// -------------------------------------------------------------------------------------

// Bodies as the gateway sends them.
constexpr std::string_view kSkp22 =
    R"({"id":null,"pnsDinilaiOrang":"$ID","tahun":2024,"hasilKinerjaNilai":2,)"
    R"("perilakuKerjaNilai":2,"kuadranKinerjaNilai":2,"penilaiGolongan":"42",)"
    R"("penilaiJabatan":"Kepala Sekolah","penilaiNama":"Cempaka Indra Prasetyawan, M.Pd.",)"
    R"("penilaiNipNrp":"196612251989102016","penilaiUnorNama":"SMPN 1 Contoh Makmur",)"
    R"("statusPenilai":"ASN"})";
constexpr std::string_view kCredit =
    R"({"id":null,"pnsId":"$ID","rwJabatanId":"","nomorSk":"","tanggalSk":"30-06-2024",)"
    R"("bulanMulaiPenailan":"1","tahunMulaiPenailan":"2024","bulanSelesaiPenailan":"6",)"
    R"("tahunSelesaiPenailan":"2024","kreditUtamaBaru":"0","kreditPenunjangBaru":"0",)"
    R"("kreditBaruTotal":"6.25","isAngkaKreditPertama":"0","isIntegrasi":"0","isKonversi":"1"})";

struct Step {
  std::string_view path;  // "$NIP": of the person
  std::string_view body;  // empty: a read
};
constexpr std::array<Step, 5> kSteps = {{{"/pns/data-utama/$NIP", ""},
                                         {"/pns/rw-jabatan/$NIP", ""},
                                         {"/skp22/save", kSkp22},
                                         {"/pns/rw-angkakredit/$NIP", ""},
                                         {"/angkakredit/save", kCredit}}};

// One record under way: a handle that makes its calls, one after the other.
struct Slot {
  CURL* handle = nullptr;
  std::string body;
  std::string nip;
  std::string pns_id;
  size_t step = 0;
};

class Floor {
 public:
  Floor(const Options& options, Control* control)
      : options_(options), multi_(curl_multi_init()), slots_(options.in_flight) {
    headers_ = curl_slist_append(
        headers_, absl::StrCat("Authorization: Bearer ", control->Token("wso2")).c_str());
    headers_ =
        curl_slist_append(headers_, absl::StrCat("Auth: bearer ", control->Token("sso")).c_str());
    headers_ = curl_slist_append(headers_, "Accept: application/json");
    headers_ = curl_slist_append(headers_, "Content-Type: application/json");
    const Requests requests(options.reference);
    for (size_t i = 0; i < options.records; ++i)
      nips_.push_back(requests.Record(i).pegawai().nip());
  }
  ~Floor() {
    for (const Slot& slot : slots_) curl_easy_cleanup(slot.handle);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }

  void Run() {
    for (Slot& slot : slots_) {
      slot.handle = NewHandle(options_, &slot.body);
      curl_easy_setopt(slot.handle, CURLOPT_PRIVATE, &slot);
      curl_easy_setopt(slot.handle, CURLOPT_HTTPHEADER, headers_);
      BeginRecord(&slot);
    }
    for (int running = 1; running > 0;) {
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
        Slot* slot = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
        if (message->data.result != CURLE_OK) Fail(curl_easy_strerror(message->data.result));
        curl_multi_remove_handle(multi_, slot->handle);
        Answered(slot);
        running = 1;
      }
      if (running > 0) curl_multi_poll(multi_, nullptr, 0, 100, nullptr);
    }
  }

 private:
  void BeginRecord(Slot* slot) {
    if (next_ == nips_.size()) return;
    slot->nip = nips_[next_++];
    slot->step = 0;
    Send(slot);
  }

  void Send(Slot* slot) {
    const Step& step = kSteps[slot->step];
    const std::string path = absl::StrReplaceAll(
        absl::string_view(step.path.data(), step.path.size()), {{"$NIP", slot->nip}});
    curl_easy_setopt(slot->handle, CURLOPT_URL,
                     absl::StrCat(options_.url, "/apisiasn/1.0", path).c_str());
    if (step.body.empty()) {
      curl_easy_setopt(slot->handle, CURLOPT_HTTPGET, 1L);
    } else {
      const std::string body = absl::StrReplaceAll(
          absl::string_view(step.body.data(), step.body.size()), {{"$ID", slot->pns_id}});
      curl_easy_setopt(slot->handle, CURLOPT_COPYPOSTFIELDS, body.c_str());
    }
    slot->body.clear();
    curl_multi_add_handle(multi_, slot->handle);
  }

  void Answered(Slot* slot) {
    const json answer = json::parse(slot->body, nullptr, /*allow_exceptions=*/false);
    if (answer.is_discarded()) Fail("an answer is no JSON");
    if (slot->step == 0) slot->pns_id = answer.value("data", json::object()).value("id", "");
    if (++slot->step < kSteps.size()) return Send(slot);
    BeginRecord(slot);
  }

  const Options& options_;
  CURLM* const multi_;
  curl_slist* headers_ = nullptr;
  std::vector<Slot> slots_;
  std::vector<std::string> nips_;
  size_t next_ = 0;
};

// --- Commands
// --------------------------------------------------------------------------------------

void PrintRate(const Options& options, Control* control) {
  const size_t done = control->CountDone();
  if (done != options.records)
    Fail(absl::StrCat(done, " records of ", options.records, " arrived"));
  std::printf("%.1f\n", control->RecordsPerSecond());
}

void Watch(const Options& options, Control* control) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (control->CountDone() < options.records) {
    if (std::chrono::steady_clock::now() > until) break;  // PrintRate says what is missing
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace
}  // namespace kinerja::bench

int main(int argc, char** argv) {
  using namespace kinerja::bench;  // NOLINT(google-build-using-namespace): the file's own
  CLI::App app("bench_siasn: how fast records arrive at BKN's simulator.");
  Options options;
  const CLI::App* const token = app.add_subcommand("token", "Prints an SSO token")->fallthrough();
  const CLI::App* const floor = app.add_subcommand("floor", "Makes the calls")->fallthrough();
  app.add_subcommand("watch", "Waits for the calls of somebody else")->fallthrough();
  app.add_option("--url", options.url, "https://host:port of the simulator")->required();
  app.add_option("--ca", options.ca_file, "CA of its certificate")->required();
  app.add_option("--reference", options.reference, "Folder of the reference tables");
  app.add_option("--records", options.records);
  app.add_option("--in_flight", options.in_flight, "Records at once")->check(CLI::PositiveNumber);
  app.require_subcommand(1);
  CLI11_PARSE(app, argc, argv);

  curl_global_init(CURL_GLOBAL_DEFAULT);
  Control control(options);
  if (token->parsed()) {
    std::printf("%s\n", control.Token("sso").c_str());
    return 0;
  }
  if (floor->parsed()) {
    Floor(options, &control).Run();
  } else {
    Watch(options, &control);
  }
  PrintRate(options, &control);
  return 0;
}
