// kinerja-simulator: flags → peer → server → until SIGTERM. Wiring only.
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "tests/simulators/base/http_server.h"
#include "tests/simulators/base/peer.h"
#include "tests/simulators/base/simulator.h"
#include "tests/simulators/bkn/bkn_peer.h"
#include "tests/simulators/pmm/pmm_peer.h"

namespace {

using kinerja::simulators::HttpServer;
using kinerja::simulators::Peer;
using kinerja::simulators::Reply;
using kinerja::simulators::Request;
using kinerja::simulators::Simulator;
using kinerja::simulators::bkn::BknPeer;
using kinerja::simulators::pmm::PmmPeer;

struct Flags {
  HttpServer::Options server;
  std::string ready_file;
  std::string log_file;
  BknPeer::Options bkn;
  PmmPeer::Options pmm;
};

void AddCommonFlags(CLI::App& command, Flags& flags, std::string& data_folder) {
  command.add_option("--listen", flags.server.listen, "loopback host:port; port 0: any free one")
      ->required();
  command.add_option("--tls_certificate", flags.server.tls_certificate, "PEM file; without: HTTP");
  command.add_option("--tls_private_key", flags.server.tls_private_key, "PEM file");
  command.add_option("--max_connections", flags.server.max_connections, "more are closed at once");
  command.add_option("--data", data_folder, "folder of rows in the service's own form");
  command.add_option("--ready_file", flags.ready_file, "gets host:port once it answers");
  command.add_option("--log", flags.log_file, "file for one JSON line per request");
}

int Fail(const absl::Status& status) {
  std::cerr << "kinerja-simulator: " << status.message() << "\n";
  return 2;
}

// Under another name first: whoever sees the file sees all of it.
absl::Status WriteReadyFile(const std::string& path, const std::string& address) {
  if (path.empty()) return absl::OkStatus();
  const std::string temporary = path + ".tmp";
  std::ofstream file(temporary);
  file << address << "\n";
  file.close();
  if (!file || std::rename(temporary.c_str(), path.c_str()) != 0) {
    return absl::InvalidArgumentError("--ready_file cannot be written");
  }
  return absl::OkStatus();
}

int Run(const Flags& flags, absl::StatusOr<std::unique_ptr<Peer>> peer, const sigset_t& stops) {
  if (!peer.ok()) return Fail(peer.status());
  Simulator simulator(**peer);
  if (!flags.log_file.empty()) {
    if (const auto status = simulator.LogTo(flags.log_file); !status.ok()) return Fail(status);
  }
  const auto server = HttpServer::Start(
      flags.server, [&simulator](const Request& request, const HttpServer::Pause& pause) {
        return simulator.Serve(request, pause);
      });
  if (!server.ok()) return Fail(server.status());
  if (const auto status = WriteReadyFile(flags.ready_file, (*server)->address()); !status.ok()) {
    return Fail(status);
  }
  std::cout << "listening on " << (*server)->address() << std::endl;
  int signal = 0;
  sigwait(&stops, &signal);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a caller that goes away is a write error
  // Blocked before any thread begins, so that only sigwait sees them.
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);

  Flags flags;
  CLI::App app("Speaks the protocol of a peer of the gateway, with faults on command.");
  app.require_subcommand(1);
  CLI::App& bkn = *app.add_subcommand("bkn", "the SIASN web service of BKN");
  AddCommonFlags(bkn, flags, flags.bkn.data_folder);
  bkn.add_flag("--any_person", flags.bkn.any_person, "answers every NIP of 18 digits");
  bkn.add_option("--credentials_file", flags.bkn.credentials_file,
                 "JSON: consumer_key, consumer_secret, client_id, username, password");
  CLI::App& pmm = *app.add_subcommand("pmm", "PMM / Ruang GTK");
  AddCommonFlags(pmm, flags, flags.pmm.data_folder);
  pmm.add_option("--multiply", flags.pmm.multiply, "serves so many variants of the records");
  pmm.add_option("--token_file", flags.pmm.token_file, "the only bearer token that is taken");
  CLI11_PARSE(app, argc, argv);
  return bkn.parsed() ? Run(flags, BknPeer::Create(flags.bkn), stops)
                      : Run(flags, PmmPeer::Create(flags.pmm), stops);
}
