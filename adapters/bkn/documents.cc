#include "adapters/bkn/documents.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "adapters/bkn/bkn_codes.h"
#include "gateway/security/digest.h"

namespace kinerja::adapters::bkn {
namespace {

using adapter::Outcome;
using adapter::Verdict;

constexpr absl::Duration kMostForFetch = absl::Seconds(10);
constexpr char kMember[] = "dokumen";

DocumentReader::Answer Unusable(Verdict verdict, const WantedDocument& document, std::string what,
                                std::string words = "") {
  Outcome outcome = adapter::Refused(
      v1::ERROR_REASON_DOCUMENT_UNUSABLE,
      {{"field", document.field}, {"system", std::string(kSystem)}, {"what", std::move(what)}});
  outcome.verdict = verdict;
  outcome.peer_words = std::move(words);
  return {"", std::move(outcome)};
}

// What is wrong with these bytes; empty: nothing.
std::string FaultOf(const WantedDocument& document, std::string_view bytes) {
  if (bytes.size() > kMostDocumentBytes) return "the file is larger than 2 MiB";
  if (bytes.substr(0, 4) != "%PDF") return "the file is no PDF";
  if (absl::BytesToHexString(security::Sha256(bytes)) != document.hash)
    return "the file has another hash than the record says";
  return "";
}

}  // namespace

void WriteWanted(const WantedDocument& document, Json* body) {
  (*body)[kMember] = {{"field", document.field},
                      {"id_ref_dokumen", document.id_ref},
                      {"uri", document.uri},
                      {"hash", document.hash}};
}

std::optional<WantedDocument> ReadWanted(const Json& body) {
  const Json* member = Member(body, kMember);
  if (member == nullptr || !member->is_object()) return std::nullopt;
  return WantedDocument{TextIn(*member, "field"), TextIn(*member, "id_ref_dokumen"),
                        TextIn(*member, "uri"), TextIn(*member, "hash")};
}

std::string WithUploaded(std::string_view body, const Json* uploaded) {
  auto json = ParseJson(body);
  if (!json || !json->is_object() || !json->contains(kMember)) return std::string(body);
  json->erase(kMember);
  if (uploaded != nullptr) (*json)["path"] = Json::array({*uploaded});
  return WriteJson(*json);
}

std::string DocumentName(const WantedDocument& document) {
  constexpr size_t kEnough = 32;
  return document.hash.substr(0, kEnough) + ".pdf";
}

bool HasDocument(const WantedDocument& document, const Json& row) {
  const Json* path = Member(row, "path");
  const Json* held = path == nullptr ? nullptr : Member(*path, document.id_ref);
  if (held == nullptr) return false;
  const std::string name = DocumentName(document);
  return TextIn(*held, "dok_uri").ends_with(name) || TextIn(*held, "dok_nama").ends_with(name);
}

bool LiesUnder(const std::vector<std::string>& prefixes, std::string_view uri) {
  const std::string lower = absl::AsciiStrToLower(absl::string_view(uri.data(), uri.size()));
  for (const char* step : {"/..", "\\", "%2e", "%2f", "%5c"}) {
    if (lower.find(step) != std::string::npos) return false;
  }
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return uri.starts_with(prefix); });
}

void DocumentReader::Read(const adapter::Call& call, WantedDocument document,
                          std::function<void(Answer)> done) const {
  const auto source = std::find_if(sources_.begin(), sources_.end(), [&](const Source& known) {
    return LiesUnder({known.prefix}, document.uri);
  });
  if (source == sources_.end()) {
    return done(Unusable(Verdict::kRefused, document,
                         "its address is none that document_sources allows any more"));
  }
  net::HttpRequest request;
  request.url = document.uri;
  request.headers.emplace_back("Accept", "application/pdf");
  if (!source->token_file.empty()) {
    const auto token = ReadSecretFile(source->token_file);
    if (!token.ok()) {
      return done(Unusable(Verdict::kRetryLater, document,
                           "the credential for its place is not there",
                           "token_file of document_sources cannot be read"));
    }
    request.headers.emplace_back("Authorization", absl::StrCat("Bearer ", *token));
  }
  const auto deadline = base::Deadline::After(std::min(call.deadline.Remaining(), kMostForFetch));
  source->send(deadline, call.cancellation, std::move(request),
               [document = std::move(document), done = std::move(done)](net::HttpResult result) {
                 done(JudgeDocument(document, std::move(result)));
               });
}

DocumentReader::Answer JudgeDocument(const WantedDocument& document, net::HttpResult result) {
  if (result.cause == net::cause::kTooLarge)
    return Unusable(Verdict::kRefused, document, "the file is larger than 2 MiB", result.cause);
  if (!result.status.ok()) {
    return Unusable(Verdict::kRetryLater, document, "the file cannot be fetched now", result.cause);
  }
  const int status = result.response.status;
  if (status == 200) {
    std::string fault = FaultOf(document, result.response.body);
    if (!fault.empty()) return Unusable(Verdict::kRefused, document, std::move(fault));
    return {std::move(result.response.body), std::nullopt};
  }
  const std::string words = absl::StrCat("HTTP ", status);
  if (status == 404 || status == 410)
    return Unusable(Verdict::kRefused, document, "no file is at its address", words);
  return Unusable(Verdict::kRetryLater, document, "the file cannot be fetched now", words);
}

std::optional<Json> PendingUploads::Find(const std::string& key) const {
  base::MutexLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return found->second.uploaded;
}

void PendingUploads::Keep(const std::string& key, Json uploaded) {
  constexpr size_t kMost = 1000;
  base::MutexLock lock(mutex_);
  if (by_key_.contains(key)) return;
  by_key_.emplace(key, Entry{std::move(uploaded), order_.insert(order_.end(), key)});
  if (by_key_.size() <= kMost) return;
  by_key_.erase(order_.front());
  order_.pop_front();
}

void PendingUploads::Forget(const std::string& key) {
  base::MutexLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  order_.erase(found->second.place);
  by_key_.erase(found);
}

}  // namespace kinerja::adapters::bkn
