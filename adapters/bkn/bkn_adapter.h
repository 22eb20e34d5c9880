// BknAdapter: results of records as rows at SIASN of BKN.
//
// Threading: safe for concurrent use; `done` runs on the thread of the HTTP loop or the caller's.
// Ownership: destroyed only after every `done`; loop and clock outlive it.
//
//   KJ_ASSIGN_OR_RETURN(auto bkn, BknAdapter::Create(target, loop, &base::SystemClock()));
#ifndef KINERJA_ADAPTERS_BKN_BKN_ADAPTER_H_
#define KINERJA_ADAPTERS_BKN_BKN_ADAPTER_H_

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/bkn/bkn_mapping.h"
#include "adapters/bkn/documents.h"
#include "adapters/bkn/siasn_client.h"
#include "adapters/bkn/tokens.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/base/owned_thread.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_loop.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::adapters::bkn {

// The way to the peer; net::HttpClient, or a stand-in in tests.
struct Wire {
  Sender send;
  // The peer asked for a slower pace, perhaps with the time from which it takes calls again.
  std::function<void(std::optional<absl::Duration>)> throttled;
  // How long no request will leave because of that; empty: never.
  std::function<absl::Duration()> closed_for;
};

class BknAdapter final : public adapter::Adapter {
 public:
  // INVALID_ARGUMENT naming what of the configuration is missing or unreadable.
  static absl::StatusOr<std::unique_ptr<BknAdapter>> Create(const config::v1::Target& target,
                                                            net::HttpLoop* loop,
                                                            const base::Clock* clock);
  // Without a network of its own.
  BknAdapter(TokensOptions options, Wire wire, const base::Clock* clock,
             std::vector<DocumentReader::Source> documents = {});

  const adapter::Manifest& Describe() const override { return manifest_; }

  // The PNS id by data-utama, or by the one of part-time PPPK, and what the mapping needs beside
  // it. Refused: NIP_NOT_FOUND, IDENTITY_MISMATCH.
  void Prepare(const adapter::Call& call, const v1::Skp& skp,
               std::function<void(adapter::PrepareAnswer)> done) override;
  std::vector<adapter::PlannedPart> Plan(const adapter::PlanInput& input) const override;
  // A save, or a deletion. What has no natural key at SIASN is looked up in the history first, in
  // the same call: facts of an earlier day could miss a row and make a second one. A rating that
  // was saved is read back: where SIASN keeps another quadrant, STORED_PREDIKAT_DIFFERS. A save for
  // a row that SIASN says is gone is sent once more without its id.
  void Deliver(const adapter::Call& call, std::vector<adapter::Item> items,
               std::function<void(std::vector<adapter::Outcome>)> done) override;
  // Reads the history.
  void Lookup(const adapter::Call& call, adapter::Item item,
              std::function<void(adapter::LookupAnswer)> done) override;
  void Check(const adapter::Call& call,
             std::function<void(std::vector<adapter::Finding>)> done) override;

 private:
  struct Task;  // one item on its way
  using Read = std::function<void(Reading)>;

  void ReadPath(const adapter::Call& call, std::string path, Read done);
  // The row of a person by either path; kNothing only when both say so.
  void ReadPerson(const adapter::Call& call, const std::string& nip, Read done);
  // The rows of a kind. "Nothing" may also be an outage: it is told only when the person can be
  // read at the same time.
  void ReadHistory(const adapter::Call& call, const std::string& kind, const std::string& nip,
                   Read done);
  void AddPost(const adapter::Call& call, const std::string& nip, Facts facts,
               std::function<void(adapter::PrepareAnswer)> done);
  void Save(std::shared_ptr<Task> task);
  void SaveAfterReading(std::shared_ptr<Task> task, const std::string& known_id);
  void SendSave(std::shared_ptr<Task> task, std::string target_id, const Json* row);
  // The document, where the part has one, goes before the save: the save then names it.
  void Attach(std::shared_ptr<Task> task, const WantedDocument& document,
              std::function<void(const Json&)> then);
  void PostSave(std::shared_ptr<Task> task, std::string target_id, std::string body);
  void SaveAnew(std::shared_ptr<Task> task, const std::string& lost_id);
  void Compare(std::shared_ptr<Task> task, const adapter::Outcome& saved);
  void Remove(std::shared_ptr<Task> task);
  void SendRemoval(std::shared_ptr<Task> task, const std::string& target_id);
  void ConfirmGone(std::shared_ptr<Task> task, const std::string& target_id);
  void Finish(const Task& task, adapter::Outcome outcome);
  void NoteThrottling(const adapter::Outcome& outcome) const;
  void RunTicks(const std::stop_token& stop);

  const adapter::Manifest manifest_;
  const MappingOptions mapping_;
  const base::Clock* const clock_;
  Tokens tokens_;
  SiasnClient siasn_;
  const DocumentReader documents_;
  PendingUploads uploads_;
  const Wire wire_;
  std::unique_ptr<net::HttpClient> http_;  // after all that its callbacks use
  // Of the places of documents; gone before http_, by which what they bring travels on.
  std::vector<std::unique_ptr<net::HttpClient>> document_http_;
  std::optional<base::OwnedThread> ticker_;
};

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_BKN_ADAPTER_H_
