// Flow 5 of 6. Before: gateway/delivery/dispatcher.cc. Next: adapters/bkn/bkn_mapping.cc.
#include "adapters/bkn/bkn_adapter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "adapters/bkn/bkn_answers.h"
#include "adapters/bkn/bkn_codes.h"
#include "adapters/bkn/bkn_rows.h"
#include "gateway/base/check.h"
#include "gateway/base/mutex.h"
#include "gateway/base/status_macros.h"

namespace kinerja::adapters::bkn {
namespace {

using adapter::Call;
using adapter::LookupAnswer;
using adapter::LookupVerdict;
using adapter::Outcome;
using adapter::Verdict;

// With less time left a save is not begun: its answer would be lost.
constexpr absl::Duration kLeastForSave = absl::Milliseconds(200);
// A save that is answered must not stay "under way" for long because its read-back hangs.
constexpr absl::Duration kMostForReadBack = absl::Seconds(15);
// An answer of SIASN is small; the largest is the history of one person.
constexpr size_t kMostAnswerBytes = 1 << 20;
constexpr absl::Duration kTick = absl::Milliseconds(200);

// Where a kind of part is saved, read and removed.
struct Paths {
  std::string_view kind;
  std::string save;
  std::string history;  // with the NIP behind it
  std::string removal;  // with the id behind it; empty: there is none
};
const Paths kPaths[] = {
    {kSkp22, "/skp22/save", "/pns/rw-skp22/", ""},
    {kPeriodik, "/kinerjaperiodik/save", "/pns/rw-kinerjaperiodik/", "/kinerjaperiodik/delete/"},
    {kAngkaKredit, "/angkakredit/save", "/pns/rw-angkakredit/", "/angkakredit/delete/"},
};

const Paths& PathsOf(std::string_view kind) {
  const auto* found = std::find_if(std::begin(kPaths), std::end(kPaths),
                                   [&](const Paths& paths) { return paths.kind == kind; });
  KJ_CHECK(found != std::end(kPaths));
  return *found;
}

adapter::Manifest MakeManifest() {
  adapter::Manifest manifest;
  manifest.kind = "bkn";
  for (const Paths& paths : kPaths) manifest.part_kinds.emplace_back(paths.kind);
  manifest.can_remove = true;
  return manifest;
}

// A reply as a read of rows.
Reading AsReading(Reply reply, absl::Time now) {
  if (!reply.obstacle) return ReadAnswer(reply.result, now);
  Reading reading;
  reading.trouble = *std::move(reply.obstacle);
  return reading;
}

// An obstacle that is this item's alone: SIASN is well, and nothing happened there.
Outcome LaterForThisOne(std::string words) {
  Outcome outcome = adapter::TargetTrouble(kSystem, Verdict::kRetryLater);
  outcome.target_trouble = false;
  outcome.peer_words = std::move(words);
  return outcome;
}

// What the engine knows the row by: it writes "-" for a row whose id SIASN never told.
std::string KnownId(const adapter::Item& item) {
  return item.held.target_id == "-" ? "" : item.held.target_id;
}

// dd-mm-yyyy, or yyyy-mm-dd with or without time, as text that sorts; empty for anything else.
std::string SortableDay(const std::string& date) {
  const std::vector<std::string> parts = absl::StrSplit(date.substr(0, 10), '-');
  if (parts.size() != 3) return "";
  if (parts[0].size() == 4) return date.substr(0, 10);
  return absl::StrCat(parts[2], "-", parts[1], "-", parts[0]);
}

// The present post among the rows of rw-jabatan: the newest functional one, else the newest.
std::string PresentPost(const std::vector<Json>& rows) {
  std::pair<bool, std::string> best{false, ""};
  std::string id;
  for (const Json& row : rows) {
    const bool functional = !TextIn(row, "jabatanFungsionalId").empty();
    const std::pair<bool, std::string> rank{functional, SortableDay(TextIn(row, "tmtJabatan"))};
    if (!id.empty() && rank < best) continue;
    best = rank;
    id = TextIn(row, "id");
  }
  return id;
}

// The row that is meant: by its id where that is known and counts, else the one that is the effect
// of the body; one with its content before the others, should there be several.
const Json* FindRow(const std::vector<Json>& rows, std::string_view kind, std::string_view id,
                    const std::optional<Json>& body) {
  const bool by_id = !id.empty() && kind != kSkp22;  // skp22 is replaced, perhaps under a new id
  const Json* found = nullptr;
  for (const Json& row : rows) {
    if (by_id && TextIn(row, "id") == id) return &row;
    if (by_id || !body || !IsSameEffect(kind, *body, row)) continue;
    if (HoldsContent(kind, *body, row)) return &row;
    if (found == nullptr) found = &row;
  }
  return found;
}

// The body of the part; of one that is to go, only which effect it is.
std::optional<Json> EffectOf(const adapter::PlannedPart& part) {
  return part.payload.bytes.empty() ? EffectOfKey(part.key) : ParseJson(part.payload.bytes);
}

// A row that does not say which effect it is may be the one that was not found: nothing may be made
// or called absent beside it.
std::optional<Outcome> Obscured(const std::vector<Json>& rows, std::string_view kind) {
  const bool readable =
      std::all_of(rows.begin(), rows.end(), [&](const Json& row) { return IsReadable(kind, row); });
  if (readable) return std::nullopt;
  Outcome outcome = LaterForThisOne("a row of the history does not say its year");
  outcome.reason = v1::ERROR_REASON_TARGET_MISCONFIGURED;
  return outcome;
}

// The row that a save has just made or replaced; nullptr where it is not shown (yet).
const Json* SavedRow(const std::vector<Json>& rows, std::string_view kind, std::string_view id,
                     const std::optional<Json>& body) {
  for (const Json& row : rows) {
    if (!id.empty() && TextIn(row, "id") == id) return &row;
  }
  return id.empty() || kind == kSkp22 ? FindRow(rows, kind, "", body) : nullptr;
}

// The result is there, with a predikat that nobody gave: for a person to mend at SIASN.
Outcome WrongQuadrant(const std::string& target_id, const Json& body, int stored) {
  const auto name = [](int quadrant) {
    return v1::Predikat_IsValid(quadrant) ? v1::Predikat_Name(quadrant) : absl::StrCat(quadrant);
  };
  Outcome outcome =
      adapter::Refused(v1::ERROR_REASON_STORED_PREDIKAT_DIFFERS,
                       {{"system", std::string(kSystem)},
                        {"reported", name(stored)},
                        {"computed", name(IntIn(body, "kuadranKinerjaNilai").value_or(0))}});
  outcome.target_id = target_id;
  return outcome;
}

// --- The doctor ----------------------------------------------------------------------------------

// What the transport says of address and certificate.
void AddTransportFindings(std::string_view cause, std::vector<adapter::Finding>* findings) {
  const bool certificate = cause.substr(0, 3) == "tls";
  const bool reached = cause.empty() || certificate;
  findings->push_back(
      {"address", reached,
       reached ? "the peer is reached"
               : absl::StrCat("the peer is not reached (", std::string(cause),
                              "); check service_url, the network and the registered address")});
  if (!reached) return;
  findings->push_back({"certificate", !certificate,
                       certificate
                           ? absl::StrCat("the certificate is not accepted (", std::string(cause),
                                          "); check http.ca_file and the clock")
                           : "the certificate is valid"});
}

adapter::Finding TokenFinding(const Tokens::Standing& standing) {
  adapter::Finding finding;
  finding.what = absl::StrCat("token ", std::string(standing.name));
  finding.ok = !standing.ends_soon;
  finding.detail =
      standing.expires
          ? absl::StrCat("ends at ", absl::FormatTime("%Y-%m-%d %H:%M UTC", *standing.expires,
                                                      absl::UTCTimeZone()))
          : "does not say when it ends";
  absl::StrAppend(&finding.detail, standing.renews_itself
                                       ? "; it is renewed by itself"
                                       : "; put a new one into sso_token_file before");
  return finding;
}

std::vector<adapter::Finding> Findings(const Reply& reply, const Tokens& tokens, absl::Time now) {
  std::vector<adapter::Finding> findings;
  if (reply.obstacle) {
    const bool auth = reply.obstacle->reason == v1::ERROR_REASON_TARGET_AUTH;
    AddTransportFindings(auth ? "" : reply.obstacle->peer_words, &findings);
    findings.push_back({"token", false,
                        absl::StrCat("no token is to be had (", reply.obstacle->peer_words,
                                     "); check consumer key and secret and the sso token")});
    return findings;
  }
  AddTransportFindings(reply.result.cause, &findings);
  for (const Tokens::Standing& standing : tokens.Standings())
    findings.push_back(TokenFinding(standing));
  const Reading reading = ReadAnswer(reply.result, now);
  const bool ok = reading.kind != Reading::Kind::kTrouble;
  findings.push_back(
      {"read", ok,
       ok ? "a harmless read is answered"
          : absl::StrCat("a harmless read is not answered (", reading.trouble.peer_words,
                         "); check the subscription of the application")});
  return findings;
}

// --- Configuration -------------------------------------------------------------------------------

absl::Status CheckConfig(const config::v1::BknTarget& config) {
  // The files themselves are read when they are needed: one that is missing stops this target
  // (TARGET_AUTH), not the gateway.
  if (config.has_sso_password()) {
    if (config.sso_url().empty())
      return absl::InvalidArgumentError("bkn.sso_url is needed with sso_password");
  } else if (config.sso_token_file().empty()) {
    return absl::InvalidArgumentError("bkn needs sso_token_file or sso_password");
  }
  for (const config::v1::DocumentSource& source : config.document_sources()) {
    if (source.prefix().ends_with('/')) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("bkn.document_sources: the prefix ", source.prefix(),
                     " must end with a slash, or other hosts and folders begin with it too"));
  }
  return absl::OkStatus();
}

net::HttpClientOptions OptionsOf(const config::v1::HttpPeer& peer) {
  net::HttpClientOptions options;
  if (!peer.ca_file().empty()) options.ca_file = peer.ca_file();
  options.allow_private_addresses = peer.allow_private_addresses();
  options.allow_plain_loopback = peer.allow_private_addresses();
  return options;
}

net::HttpClientOptions ClientOptions(const config::v1::Target& target) {
  constexpr uint32_t kDefaultInFlight = 4;
  net::HttpClientOptions options = OptionsOf(target.bkn().http());
  options.pace.per_second = target.pace().requests_per_second();
  const uint32_t in_flight = target.pace().max_in_flight();
  options.max_connections = in_flight == 0 ? kDefaultInFlight : in_flight;
  options.max_response_bytes = kMostAnswerBytes;
  return options;
}

Sender SenderOf(net::HttpClient* client) {
  return [client](base::Deadline deadline, base::Cancellation cancellation,
                  net::HttpRequest request, std::function<void(net::HttpResult)> done) {
    client->Send(deadline, cancellation, std::move(request), std::move(done));
  };
}

// A client for each place of documents, added to `clients`.
absl::StatusOr<std::vector<DocumentReader::Source>> MakeSources(
    const config::v1::BknTarget& config, net::HttpLoop* loop,
    std::vector<std::unique_ptr<net::HttpClient>>* clients) {
  constexpr size_t kMostHeaderBytes = 64 << 10;
  std::vector<DocumentReader::Source> sources;
  for (const config::v1::DocumentSource& source : config.document_sources()) {
    net::HttpClientOptions options = OptionsOf(source.http());
    options.max_response_bytes = kMostDocumentBytes + kMostHeaderBytes;
    KJ_ASSIGN_OR_RETURN(auto client, net::HttpClient::Create(loop, std::move(options)));
    sources.push_back({source.prefix(), source.token_file(), SenderOf(client.get())});
    clients->push_back(std::move(client));
  }
  return sources;
}

std::string WithoutSlash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

// One item on its way through Deliver.
struct BknAdapter::Task {
  Call call;
  adapter::Item item;
  std::function<void(std::vector<Outcome>)> done;
  std::optional<Outcome> refused;  // the row with the id that was sent was not found
  std::string upload_key;          // of the document that goes with it; empty: none

  const Paths& paths() const { return PathsOf(item.part->kind); }
  const std::string& nip() const { return item.part->address; }
  std::optional<Json> body() const { return ParseJson(item.part->payload.bytes); }
};

absl::StatusOr<std::unique_ptr<BknAdapter>> BknAdapter::Create(const config::v1::Target& target,
                                                               net::HttpLoop* loop,
                                                               const base::Clock* clock) {
  KJ_RETURN_IF_ERROR(CheckConfig(target.bkn()));
  KJ_ASSIGN_OR_RETURN(std::unique_ptr<net::HttpClient> http,
                      net::HttpClient::Create(loop, ClientOptions(target)));
  std::vector<std::unique_ptr<net::HttpClient>> document_http;
  KJ_ASSIGN_OR_RETURN(auto sources, MakeSources(target.bkn(), loop, &document_http));
  net::HttpClient* const client = http.get();
  Wire wire;
  wire.send = SenderOf(client);
  wire.throttled = [client](std::optional<absl::Duration> wait) {
    client->NoteThrottled();
    if (wait) client->SlowDown(*wait);
  };
  wire.closed_for = [client] { return client->ClosedFor(); };
  auto made =
      std::make_unique<BknAdapter>(TokensOptions{.target = target.id(), .config = target.bkn()},
                                   std::move(wire), clock, std::move(sources));
  made->http_ = std::move(http);
  made->document_http_ = std::move(document_http);
  made->ticker_.emplace("bkn-tokens", [adapter = made.get()](const std::stop_token& stop) {
    adapter->RunTicks(stop);
  });
  return made;
}

BknAdapter::BknAdapter(TokensOptions options, Wire wire, const base::Clock* clock,
                       std::vector<DocumentReader::Source> documents)
    : manifest_(MakeManifest()),
      mapping_(MakeMappingOptions(options.config)),
      clock_(clock),
      tokens_(options, wire.send, clock),
      siasn_(WithoutSlash(options.config.service_url()), &tokens_, wire.send, wire.closed_for),
      documents_(std::move(documents)),
      wire_(std::move(wire)) {}

void BknAdapter::RunTicks(const std::stop_token& stop) {
  base::Mutex mutex;
  base::CondVar stopped;
  const std::stop_callback wake(stop, [&] {
    base::MutexLock lock(mutex);
    stopped.NotifyAll();
  });
  while (!stop.stop_requested()) {
    tokens_.Tick();
    base::MutexLock lock(mutex);
    if (!stop.stop_requested()) (void)stopped.WaitFor(mutex, kTick);
  }
}

// Only what the peer said: an answer of ours, that it is still closed, is no news.
void BknAdapter::NoteThrottling(const Outcome& outcome) const {
  if (outcome.throttled && outcome.target_trouble) wire_.throttled(outcome.after);
}

void BknAdapter::ReadPath(const Call& call, std::string path, Read done) {
  siasn_.Get(call, std::move(path), [this, done = std::move(done)](Reply reply) {
    Reading reading = AsReading(std::move(reply), clock_->Now());
    NoteThrottling(reading.trouble);
    done(std::move(reading));
  });
}

// --- Prepare -------------------------------------------------------------------------------------

void BknAdapter::ReadPerson(const Call& call, const std::string& nip, Read done) {
  ReadPath(call, "/pns/data-utama/" + nip, [this, call, nip, done](Reading reading) {
    if (reading.kind != Reading::Kind::kNothing) return done(std::move(reading));
    ReadPath(call, "/pns/data-utama/paruhwaktu/" + nip, [done](Reading part_time) {
      // An older service does not have this path: then the first word holds.
      const bool not_served = part_time.kind == Reading::Kind::kTrouble &&
                              part_time.trouble.reason == v1::ERROR_REASON_TARGET_MISCONFIGURED;
      if (not_served) part_time.kind = Reading::Kind::kNothing;
      done(std::move(part_time));
    });
  });
}

void BknAdapter::ReadHistory(const Call& call, const std::string& kind, const std::string& nip,
                             Read done) {
  ReadPath(call, absl::StrCat(PathsOf(kind).history, nip),
           [this, call, nip, done](Reading history) {
             if (history.kind != Reading::Kind::kNothing) return done(std::move(history));
             ReadPerson(call, nip, [done, history](Reading person) mutable {
               if (person.kind == Reading::Kind::kRows) return done(std::move(history));
               if (person.kind == Reading::Kind::kNothing) {
                 person.kind = Reading::Kind::kTrouble;
                 person.trouble = LaterForThisOne("no history and no person");
               }
               done(std::move(person));
             });
           });
}

void BknAdapter::Prepare(const Call& call, const v1::Skp& skp,
                         std::function<void(adapter::PrepareAnswer)> done) {
  if (!IsAsn(skp.pegawai())) return done({});
  const std::string nip = skp.pegawai().nip();
  const bool with_post = mapping_.parts.contains(kAngkaKredit) && IsPns(skp.pegawai());
  ReadPerson(call, nip, [this, call, nip, with_post, done](Reading reading) {
    const schema::Metadata place = {{"field", "pegawai.nip"}, {"system", std::string(kSystem)}};
    if (reading.kind == Reading::Kind::kTrouble) return done({"", std::move(reading.trouble)});
    if (reading.kind == Reading::Kind::kNothing)
      return done({"", adapter::Refused(v1::ERROR_REASON_NIP_NOT_FOUND, place)});
    const Json& row = reading.rows.front();
    const std::string known_nip = TextIn(row, "nipBaru");
    if (!known_nip.empty() && known_nip != nip)
      return done({"", adapter::Refused(v1::ERROR_REASON_IDENTITY_MISMATCH, place)});
    Facts facts{TextIn(row, "id"), TextIn(row, "kode_jenjang_jabatan"),
                TextIn(row, "jenisJabatanId"), ""};
    if (facts.pns_id.empty()) {
      Outcome refused = adapter::Refused(v1::ERROR_REASON_IDENTITY_MISMATCH, place);
      refused.peer_words = "the row of data-utama has no id";
      return done({"", std::move(refused)});
    }
    if (!with_post) return done({WriteFacts(facts), std::nullopt});
    AddPost(call, nip, std::move(facts), done);
  });
}

void BknAdapter::AddPost(const Call& call, const std::string& nip, Facts facts,
                         std::function<void(adapter::PrepareAnswer)> done) {
  ReadPath(call, "/pns/rw-jabatan/" + nip, [facts, done](Reading reading) mutable {
    if (reading.kind == Reading::Kind::kTrouble) return done({"", std::move(reading.trouble)});
    facts.rw_jabatan_id = PresentPost(reading.rows);
    done({WriteFacts(facts), std::nullopt});
  });
}

std::vector<adapter::PlannedPart> BknAdapter::Plan(const adapter::PlanInput& input) const {
  return PlanParts(mapping_, input);
}

// --- Deliver -------------------------------------------------------------------------------------

void BknAdapter::Deliver(const Call& call, std::vector<adapter::Item> items,
                         std::function<void(std::vector<Outcome>)> done) {
  if (items.empty()) return done({});
  KJ_CHECK(items.size() == 1);  // Manifest::batch
  auto task = std::make_shared<Task>(Task{call, std::move(items.front()), std::move(done), {}, ""});
  if (task->item.absent) {
    Remove(std::move(task));
  } else {
    Save(std::move(task));
  }
}

void BknAdapter::Finish(const Task& task, Outcome outcome) {
  NoteThrottling(outcome);
  task.done({std::move(outcome)});
}

void BknAdapter::Save(std::shared_ptr<Task> task) {
  const std::string& kind = task->item.part->kind;
  const std::string id = KnownId(task->item);
  // skp22 replaces by person and year. A credit is read even when its id is known, because the
  // agency may have given it a number since.
  if (kind == kSkp22 || (kind == kPeriodik && !id.empty())) {
    SendSave(std::move(task), id, nullptr);
  } else {
    SaveAfterReading(std::move(task), id);
  }
}

void BknAdapter::SaveAfterReading(std::shared_ptr<Task> task, const std::string& known_id) {
  ReadHistory(task->call, task->item.part->kind, task->nip(),
              [this, task, known_id](Reading reading) {
                if (reading.kind == Reading::Kind::kTrouble)
                  return Finish(*task, std::move(reading.trouble));  // nothing was sent
                const std::string& kind = task->item.part->kind;
                const std::optional<Json> body = task->body();
                const Json* row = FindRow(reading.rows, kind, known_id, body);
                if (row == nullptr && known_id.empty()) {
                  if (auto obscured = Obscured(reading.rows, kind))
                    return Finish(*task, *std::move(obscured));
                }
                if (row == nullptr) return SendSave(task, known_id, nullptr);
                const std::string id = TextIn(*row, "id");
                if (HoldsContent(kind, *body, *row)) return Finish(*task, adapter::Delivered(id));
                SendSave(task, id, row);
              });
}

void BknAdapter::SendSave(std::shared_ptr<Task> task, std::string target_id, const Json* row) {
  const adapter::PlannedPart& part = *task->item.part;
  std::string body = BodyForUpdate(part.kind, part.payload.bytes, target_id, row);
  const auto document = ReadWanted(*task->body());
  if (!document) return PostSave(std::move(task), std::move(target_id), std::move(body));
  Attach(task, *document, [this, task, target_id, body](const Json& uploaded) {
    PostSave(task, target_id, WithUploaded(body, &uploaded));
  });
}

void BknAdapter::Attach(std::shared_ptr<Task> task, const WantedDocument& document,
                        std::function<void(const Json&)> then) {
  task->upload_key = absl::StrCat(task->item.part->effect_key, " ", document.hash);
  if (const auto uploaded = uploads_.Find(task->upload_key)) return then(*uploaded);
  documents_.Read(task->call, document, [=, this](DocumentReader::Answer answer) {
    if (answer.obstacle) return Finish(*task, *std::move(answer.obstacle));
    net::MultipartBody form;
    form.AddField("id_ref_dokumen", document.id_ref);
    form.AddFile("file", DocumentName(document), "application/pdf", answer.bytes);
    siasn_.Upload(task->call, "/upload-dok", std::move(form), [=, this](Reply reply) {
      if (reply.obstacle) return Finish(*task, *std::move(reply.obstacle));
      Reading reading = UploadAnswer(reply.result, clock_->Now());
      if (reading.kind != Reading::Kind::kRows) return Finish(*task, std::move(reading.trouble));
      uploads_.Keep(task->upload_key, reading.rows.front());
      then(reading.rows.front());
    });
  });
}

void BknAdapter::PostSave(std::shared_ptr<Task> task, std::string target_id, std::string body) {
  if (task->call.cancellation.cancelled() || task->call.deadline.Remaining() < kLeastForSave)
    return Finish(*task, LaterForThisOne("no time was left to save"));
  siasn_.Post(task->call, task->paths().save, std::move(body),
              [this, task, target_id](Reply reply) {
                if (reply.obstacle) return Finish(*task, *std::move(reply.obstacle));
                Outcome outcome = SaveAnswer(reply.result, target_id, clock_->Now());
                if (outcome.verdict == Verdict::kDelivered) {
                  uploads_.Forget(task->upload_key);
                  return Compare(task, outcome);
                }
                const bool lost_row = outcome.verdict == Verdict::kRefused && !target_id.empty() &&
                                      !task->refused && SaysNotFound(reply.result);
                if (!lost_row) return Finish(*task, std::move(outcome));
                task->refused = std::move(outcome);
                SaveAnew(task, target_id);
              });
}

// The row that was to be replaced is not there: the agency has deleted it, or made another one. The
// refusal is certain to have changed nothing, so the save may go once more.
void BknAdapter::SaveAnew(std::shared_ptr<Task> task, const std::string& lost_id) {
  const std::string& kind = task->item.part->kind;
  if (kind == kSkp22) return SendSave(std::move(task), "", nullptr);
  ReadHistory(task->call, kind, task->nip(), [this, task, kind, lost_id](Reading reading) {
    if (reading.kind == Reading::Kind::kTrouble) return Finish(*task, std::move(reading.trouble));
    // It is there: what was not found is something else that the body names.
    if (FindRow(reading.rows, kind, lost_id, std::nullopt) != nullptr)
      return Finish(*task, *std::move(task->refused));
    const Json* row = FindRow(reading.rows, kind, "", task->body());
    if (row == nullptr) {
      if (auto obscured = Obscured(reading.rows, kind)) return Finish(*task, *std::move(obscured));
    }
    SendSave(task, row == nullptr ? "" : TextIn(*row, "id"), row);
  });
}

// Reads the saved row back: SIASN may keep another quadrant than was sent. Whatever comes of the
// read, the save has happened.
void BknAdapter::Compare(std::shared_ptr<Task> task, const Outcome& saved) {
  const bool rated = task->item.part->kind != kAngkaKredit;
  Call call = task->call;
  if (!rated || call.cancellation.cancelled() || call.deadline.Remaining() < kLeastForSave)
    return Finish(*task, saved);
  call.deadline = base::Deadline::After(std::min(call.deadline.Remaining(), kMostForReadBack));
  ReadPath(call, absl::StrCat(task->paths().history, task->nip()),
           [this, task, saved](const Reading& reading) {
             const auto body = task->body();
             const Json* row = SavedRow(reading.rows, task->item.part->kind, saved.target_id, body);
             if (row == nullptr) return Finish(*task, saved);
             Outcome outcome = saved;
             if (outcome.target_id.empty()) outcome.target_id = TextIn(*row, "id");
             const auto quadrant = OtherQuadrant(*body, *row);
             Finish(*task, quadrant ? WrongQuadrant(outcome.target_id, *body, *quadrant) : outcome);
           });
}

// A row without a way to remove it may still have been removed by the people of SIASN, so that is
// looked up.
void BknAdapter::Remove(std::shared_ptr<Task> task) {
  const bool can_remove = !task->paths().removal.empty();
  const std::string known_id = KnownId(task->item);
  if (can_remove && !known_id.empty()) return SendRemoval(task, known_id);
  ReadHistory(task->call, task->item.part->kind, task->nip(), [=, this](Reading reading) {
    if (reading.kind == Reading::Kind::kTrouble) return Finish(*task, std::move(reading.trouble));
    const adapter::PlannedPart& part = *task->item.part;
    const Json* row = FindRow(reading.rows, part.kind, "", EffectOf(part));
    if (row == nullptr)
      return Finish(*task, Obscured(reading.rows, part.kind).value_or(adapter::Delivered("")));
    if (!can_remove) {
      return Finish(*task, adapter::Refused(v1::ERROR_REASON_TARGET_CANNOT_REMOVE,
                                            {{"system", std::string(kSystem)}}));
    }
    SendRemoval(task, TextIn(*row, "id"));
  });
}

void BknAdapter::SendRemoval(std::shared_ptr<Task> task, const std::string& target_id) {
  siasn_.Delete(task->call, absl::StrCat(task->paths().removal, PercentEncoded(target_id)),
                [this, task, target_id](Reply reply) {
                  if (reply.obstacle) return Finish(*task, *std::move(reply.obstacle));
                  Outcome outcome = DeleteAnswer(reply.result, target_id, clock_->Now());
                  const bool gone =
                      outcome.verdict == Verdict::kRefused && SaysNotFound(reply.result);
                  if (!gone) return Finish(*task, std::move(outcome));
                  ConfirmGone(task, target_id);
                });
}

// "Not there" is believed as it is in a read: when the history, or the person, can be read.
void BknAdapter::ConfirmGone(std::shared_ptr<Task> task, const std::string& target_id) {
  const std::string& kind = task->item.part->kind;
  ReadHistory(task->call, kind, task->nip(), [this, task, kind, target_id](Reading reading) {
    if (reading.kind == Reading::Kind::kTrouble) return Finish(*task, std::move(reading.trouble));
    const bool there = FindRow(reading.rows, kind, target_id, std::nullopt) != nullptr;
    Finish(*task, there ? LaterForThisOne("the history shows a row that could not be removed")
                        : adapter::Delivered(target_id));
  });
}

// --- Lookup and Check ----------------------------------------------------------------------------

void BknAdapter::Lookup(const Call& call, adapter::Item item,
                        std::function<void(LookupAnswer)> done) {
  const auto body = EffectOf(*item.part);
  ReadHistory(call, item.part->kind, item.part->address,
              [kind = item.part->kind, id = KnownId(item), body, done](Reading reading) {
                if (reading.kind == Reading::Kind::kTrouble)
                  return done({LookupVerdict::kUnclear, "", std::move(reading.trouble)});
                const Json* row = FindRow(reading.rows, kind, id, body);
                if (row == nullptr) {
                  auto obscured = Obscured(reading.rows, kind);
                  return done({obscured ? LookupVerdict::kUnclear : LookupVerdict::kAbsent, "",
                               std::move(obscured)});
                }
                const bool holds = body && HoldsContent(kind, *body, *row);
                done({holds ? LookupVerdict::kHolds : LookupVerdict::kDiffers, TextIn(*row, "id"),
                      std::nullopt});
              });
}

void BknAdapter::Check(const Call& call, std::function<void(std::vector<adapter::Finding>)> done) {
  siasn_.Get(call, "/referensi/ref-unor?limit=1&offset=0",
             [this, done = std::move(done)](const Reply& reply) {
               done(Findings(reply, tokens_, clock_->Now()));
             });
}

}  // namespace kinerja::adapters::bkn
