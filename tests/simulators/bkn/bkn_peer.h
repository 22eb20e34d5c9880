// BknPeer: the SIASN web service of BKN with the gateway and the login before it, as far as public
// clients show them (bkn-siasn.md). State is in memory.
//
// Threading: safe for concurrent use after Create.
#ifndef KINERJA_TESTS_SIMULATORS_BKN_BKN_PEER_H_
#define KINERJA_TESTS_SIMULATORS_BKN_BKN_PEER_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "tests/simulators/base/peer.h"
#include "tests/simulators/bkn/documents.h"
#include "tests/simulators/bkn/people.h"
#include "tests/simulators/bkn/results.h"
#include "tests/simulators/bkn/saves.h"
#include "tests/simulators/bkn/switches.h"
#include "tests/simulators/bkn/token_desk.h"

namespace kinerja::simulators::bkn {

class BknPeer : public Peer {
 public:
  struct Options {
    std::string data_folder;       // empty: nobody is known
    std::string credentials_file;  // empty: any credentials are taken
    bool any_person = false;
  };

  // INVALID_ARGUMENT: a file of the folder cannot be read.
  static absl::StatusOr<std::unique_ptr<BknPeer>> Create(const Options& options);

  Route Classify(const Request& request) const override;
  Reply Handle(Exchange& exchange) override;
  std::map<std::string, FaultRules::Nature> FaultNames() const override;
  Reply FaultReply(const Fault& fault) override;
  Reply ThrottledReply(std::chrono::milliseconds wait) override;
  std::optional<Reply> Control(const Request& request) override;

 private:
  // One request that has passed both token checks.
  struct Call {
    Exchange& exchange;
    std::string argument;  // what stands in the path's place of {nip} or {id}
    Kind rows;             // whose rows the resource is about
    Switches switches;
    std::chrono::milliseconds age{0};  // reads show the state of so long ago
  };
  using Handler = Reply (BknPeer::*)(Call&);
  struct Resource;

  explicit BknPeer(Credentials credentials) : desk_(std::move(credentials)) {}

  static const Resource* FindResource(std::string_view method, std::string_view path,
                                      std::string& argument, bool& other_method);
  absl::Status LoadFolder(const std::string& folder);
  absl::Status LoadFile(const std::string& path, const std::string& name);
  void LoadRow(const std::string& file_name, const nlohmann::json& row);

  Reply Serve(Exchange& exchange, const Switches& switches);

  Reply DataUtama(Call& call);
  Reply DataUtamaPartTime(Call& call);
  Reply Synchronise(Call& call);
  Reply Positions(Call& call);
  Reply Position(Call& call);
  Reply IpAsn(Call& call);
  Reply Units(Call& call);
  Reply NothingThere(Call& call);

  Reply ListRows(Call& call);
  Reply ReadRow(Call& call);
  Reply DeleteRow(Call& call);
  Reply SaveSkp22(Call& call);
  Reply SaveKinerjaPeriodik(Call& call);
  Reply SaveAngkaKredit(Call& call);
  Reply SaveSkp22Document(Call& call);
  Reply SaveAngkaKreditDocument(Call& call);
  Reply Upload(Call& call);
  Reply UploadToRow(Call& call);
  Reply Download(Call& call);

  // Applies a verdict and answers it.
  Reply Conclude(Call& call, SaveVerdict verdict);
  std::string ShownRow(Kind kind, const std::string& nip, const std::string& text,
                       const Switches& switches) const;

  Reply ControlTokens(const Request& request);
  Reply ControlExpiry(const Request& request);
  Reply ControlSwitches(const Request& request);
  Reply ControlEffects(const Request& request);

  SwitchBoard switches_;
  TokenDesk desk_;
  People people_;
  Results results_;
  Documents documents_;
};

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_BKN_PEER_H_
