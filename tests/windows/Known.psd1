# The Pester tests that cannot pass on Windows, or under Wine, by the reason. Each is the wildcard of a test's full
# name. tests/windows/Invoke-PesterFile.ps1 runs them all the same, and fails when one passes.
@{
    # What a Windows of today can do: they count as skipped.
    Wine = @{
        'Wine 8 has no AF_UNIX' = @(
            'Start-SocketListener.-LocalEndPoint.takes a UNIX EndPoint'
        )
        'Wine 8 answers EMSGSIZE to a dual-mode socket that asks for packet information' = @(
            'New-Socket.without arguments.makes a socket that IPv4 and IPv6 reach at one port'
            'Send-Datagram.A piped Datagram.answers an IPv4 sender of a dual-mode socket'
            'New-Socket.without arguments.makes a socket that talks to IPv4'
            'Receive-Datagram.The Datagram.maps IPv4 addresses on a dual-mode socket'
            'Add-SocketMulticastGroup.Any source.joins with a socket of both families'
            'Send-Datagram.Without a socket.looks a name up again after -ResolveSeconds, and goes on'
            'Receive-Datagram.An echo server in one pipeline.serves three peers, each of which gets its own answers, and ends within 100 ms'
        )
        'Wine 8 has no raw sockets of ICMPv6' = @(
            'New-Socket.protocols.makes raw sockets of IcmpV6'
        )
        'Wine 8 reports no ICMP errors on connected UDP sockets' = @(
            'Send-Datagram.A connected socket.learns at the next receive that nobody is at the port, and hears who comes there later'
            'Test-Socket.datagrams.tells a refusal'
        )
        'PowerShell as a program ends at once under Wine' = @(
            'Close-Socket.the module and the process.closes every socket and removes every path with Remove-Module'
            'Close-Socket.the module and the process.leaves no path behind when the process ends'
            'ConvertTo-BinaryMessage.what holds the fields.takes a format written as text in a job'
            'Enter-Socket.With standard input.sends a file as it is, then half-closes; its output can go into a file'
        )
        'Wine 8 makes no keys (NCryptCreatePersistedKey)' = @(
            'Enter-Socket.With what is piped.talks over TLS'
            'Join-Socket.Both ways.joins a UNIX stream and a TLS stream'
            'Join-Socket.Both ways.joins two TLS streams'
            'New-SocketCertificate.makes one for this machine, with its private key, for 30 days'
            'New-SocketCertificate.takes names, addresses and days'
            'New-SocketCertificate.is for servers and clients, and for no other certificates'
            'New-SocketCertificate.is issued by an authority, in a chain that holds'
            'New-SocketCertificate.takes an issuer whose key is RSA'
            'New-SocketCertificate.refuses an issuer that is not an authority'
            'New-SocketCertificate.refuses an issuer that has no private key'
            'New-SocketCertificate.writes certificate and key to a PEM file, which only its owner reads'
            'New-SocketCertificate.leaves a file that is there, unless -Force is given'
            'Protect-Socket.sessions.is a client of Tls12'
            'Protect-Socket.sessions.is a client of Tls13'
            'Protect-Socket.sessions.is a server of Tls12'
            'Protect-Socket.sessions.is a server of Tls13'
            'Protect-Socket.sessions.writes nothing, and the socket with -PassThru; the table and Tls tell of it'
            'Protect-Socket.sessions.asks for the name that the socket was connected by'
            'Protect-Socket.sessions.checks the address where there was no name'
            'Protect-Socket.sessions.agrees on a protocol (ALPN)'
            'Protect-Socket.sessions.goes on without an application protocol where the server knows none'
            'Protect-Socket.sessions.asks for *, and takes the certificate of *'
            'Protect-Socket.sessions.begins after plain lines: STARTTLS'
            'Protect-Socket.sessions.begins within the pipeline that reads the plain lines'
            'Protect-Socket.the stream.reads frames by line, however the records are cut'
            'Protect-Socket.the stream.reads frames by length, however the records are cut'
            'Protect-Socket.the stream.reads frames by delimiter, however the records are cut'
            'Protect-Socket.the stream.reads frames by prefix, however the records are cut'
            'Protect-Socket.the stream.reads frames by * that are longer than a record'
            'Protect-Socket.the stream.moves a file each way'
            'Protect-Socket.the stream.reads frames by several delimiters, however the records are cut'
            'Protect-Socket.the stream.reads frames by match, however the records are cut'
            'Protect-Socket.the stream.reads frames by format, however the records are cut'
            'Protect-Socket.the stream.moves 64 MiB each way at the same time'
            'Protect-Socket.the end.is content with a peer that has gone when it heard of the end'
            'Protect-Socket.the end.warns where the end is met that came without close_notify, not before'
            'Protect-Socket.the end.does not take for a cut what this side has ended: -Direction *'
            'Protect-Socket.revocation lists.rejects one that was revoked'
            'Protect-Socket.revocation lists.takes one that the list does not name'
            'Protect-Socket.revocation lists.rejects one of which nobody knows*'
            'Protect-Socket.revocation lists.looks up who has issued it too'
            'Protect-Socket.revocation lists.looks up a client'
            'Protect-Socket.revocation lists.refuses a file that is not a list, and the stream stays plain'
            'Protect-Socket.handshakes that fail.does not swallow what was taken from the system with -Telnet, as server'
            'Protect-Socket.handshakes that fail.leaves a session alone that telnet goes through'
            'Receive-SocketData.-Telnet.goes through TLS'
            'Protect-Socket.the stream.shows with -Peek, and leaves'
            'Protect-Socket.the stream.counts decrypted bytes as readable, and tickets not'
            'Protect-Socket.the stream.has no out-of-band data'
            'Protect-Socket.the stream.goes on after a time-out'
            'Protect-Socket.the stream.is stopped at once while it reads, and nothing is lost'
            'Protect-Socket.the end.half-closes by close_notify, and still reads'
            'Protect-Socket.the end.reads to an orderly end without a warning'
            'Protect-Socket.the end.warns of an end without close_notify, once'
            'Protect-Socket.the end.writes and closes at once, and the peer sees all and an orderly end'
            'Protect-Socket.the end.says that the socket is closed'
            'Protect-Socket.certificates of the peer.rejects another name'
            'Protect-Socket.certificates of the peer.rejects one that has expired'
            'Protect-Socket.certificates of the peer.rejects one that is not valid yet'
            'Protect-Socket.certificates of the peer.rejects one for clients'
            'Protect-Socket.certificates of the peer.rejects one that is self-signed and not trusted'
            'Protect-Socket.certificates of the peer.rejects one whose issuer is not known'
            'Protect-Socket.certificates of the peer.lets nothing pass after that, neither plain nor protected'
            'Protect-Socket.certificates of the peer.takes any with -SkipCertificateCheck, and says what is wrong'
            'Protect-Socket.certificates of the peer.checks again after a session without a check'
            'Protect-Socket.certificates of the peer.trusts the roots of a file'
            'Protect-Socket.the end.waits for the tickets of many servers at the same time: from the pipeline'
            'Protect-Socket.the end.waits for the tickets of many servers at the same time: as an argument'
            'Protect-Socket.the end.closes those that wait for tickets too where the pipeline ends early'
            'Protect-Socket.the end.closes one that waits for tickets also where the next is long in coming'
            'Protect-Socket.the end.is closed by two at once'
            'Protect-Socket.the end.has failed for who sends, too, where the peer sends what is not of the session'
            'Protect-Socket.certificates of the peer.trusts the root of a file with a byte order mark'
            'Protect-Socket.certificates of the peer.says of the certificate alone that it is for another purpose, and not of its issuer'
            'Protect-Socket.certificates of the peer.says whose issuer is not known'
            'Protect-Socket.handshakes that fail.does not tell a server that the peer may want STARTTLS, where it closes'
            'Protect-Socket.handshakes that fail.notices a peer that has gone before'
            'Protect-Socket.handshakes that fail.bears records with nothing in them'
            'Protect-Socket.handshakes that fail.says what helps where there is no application protocol in common'
            'Protect-Socket.handshakes that fail.refuses a client that sends an HTTP request'
            'Protect-Socket.handshakes that fail.ends with Select-Object -First 1'
            'Protect-Socket.handshakes that fail.protects no stream twice'
        )
        'Wine 8 answers ECONNABORTED to the connect after a refused one' = @(
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: nothing, first with Connect, then with Connect'
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: Out-String, first with Connect, then with Connect'
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: Format-List, first with Connect, then with Connect'
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: Format-List after a table, first with Connect, then with Connect'
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: Out-String after a table, first with Connect, then with Connect'
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: nothing, first with Connect, then with Connect-Socket'
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: Out-String, first with Connect, then with Connect-Socket'
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: Format-List, first with Connect, then with Connect-Socket'
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: Format-List after a table, first with Connect, then with Connect-Socket'
            'Connect-Socket.after a failure.the socket connects, though it was displayed before: Out-String after a table, first with Connect, then with Connect-Socket'
        )
        'Wine 8 has no TCP_KEEPIDLE, IP_MTU and IPV6_TCLASS, and other errors for what it lacks' = @(
            'Get-SocketOption.Values.are what .NET set: KeepAliveTime'
            'Get-SocketOption.Values.are what .NET set: MtuDiscovery'
            'Get-SocketOption.Names.mean the option of the socket''s family: TypeOfService'
            'Get-SocketOption.-ListAvailable.lists what every fitting socket can be asked, or refuses properly: a connected TCP socket over IPv4'
            'Get-SocketOption.-ListAvailable.lists what every fitting socket can be asked, or refuses properly: a connected TCP socket over IPv6'
            'Get-SocketOption.-ListAvailable.lists what every fitting socket can be asked, or refuses properly: a UDP socket over IPv4'
            'Get-SocketOption.-ListAvailable.lists what every fitting socket can be asked, or refuses properly: a UDP socket over IPv6'
            'Get-SocketOption.-ListAvailable.lists what every other socket refuses properly: a connected TCP socket over IPv4'
            'Get-SocketOption.-ListAvailable.lists what every other socket refuses properly: a connected TCP socket over IPv6'
            'Get-SocketOption.-ListAvailable.lists what every other socket refuses properly: a UDP socket over IPv6'
            'Get-SocketOption.Without -Name.gives all options of the socket with their values'
            'Set-SocketOption.Values as people write them.set KeepAliveTime to 60, which is read as 60'
            'Set-SocketOption.Values as people write them.set KeepAliveTime to 00:02:00, which is read as 120'
            'Set-SocketOption.Values as people write them.set KeepAliveInterval to 5, which is read as 5'
            'Set-SocketOption.Values as people write them.set KeepAliveRetryCount to 3, which is read as 3'
            'Set-SocketOption.Values as people write them.set MtuDiscovery to 2, which is read as 2'
            'Set-SocketOption.Names of .NET.sets DontFragment to $true'
            'Set-SocketOption.Names of .NET.sets DontFragment to $false'
            'Set-SocketOption.Options that cannot be set.are refused on a socket of another kind: IPv6Only'
            'Set-SocketOption.Options that cannot be set.are refused on a socket of another kind: NoDelay'
        )
        'Wine 8 takes the source of a group for the interface' = @(
            'Add-SocketMulticastGroup.One source.hears it and nobody else'
            'Add-SocketMulticastGroup.One source.is named by -Source too'
            'Add-SocketMulticastGroup.One source.may be several, at once and one after the other'
            'Remove-SocketMulticastGroup.One source.ends the membership of that source alone'
            'Remove-SocketMulticastGroup.Errors.is an error for a source that was not joined'
        )
        'Wine 8 lets a socket hear a group that another socket of this machine has joined' = @(
            'Remove-SocketMulticastGroup.Any source.leaves the other groups, and the other sockets'
        )
        'Wine 8 answers EINVAL to a group that was not joined, and to a socket of another family' = @(
            'Remove-SocketMulticastGroup.Errors.is AddressNotAvailable for a group that was not joined'
            'Remove-SocketMulticastGroup.Errors.in one group does not stop the next'
            'Add-SocketMulticastGroup.Errors.is ProtocolOption on an IPv4 socket for an IPv6 group'
        )
        'Wine 8 has no IP_MULTICAST_IF of a stream' = @(
            'Get-SocketOption.Values.are ?ipaddress? for MulticastInterface'
        )
        'Wine 8 answers ECONNRESET where there is no connection' = @(
            'Send-SocketData.A peer that is gone.is NotConnected or Shutdown where there never was one'
        )
        'Wine 8 reports a reset as the end of the stream' = @(
            'Set-SocketOption.Values as people write them.reset a connection that is closed with Linger 0'
            'Receive-SocketData.A reset.is ConnectionReset, with no framing'
            'Receive-SocketData.A reset.is ConnectionReset, with -Line'
            'Receive-SocketData.A reset.is ConnectionReset, with -Delimiter'
            'Receive-SocketData.A reset.is ConnectionReset, with -Length'
            'Receive-SocketData.A reset.is ConnectionReset, with -LengthPrefix'
            'Receive-SocketData.A reset.is ConnectionReset, with -ToEnd'
            'Receive-SocketData.A reset.is ConnectionReset, with -OutFile'
            'Receive-SocketData.A reset.is ConnectionReset, with -Continuous'
            'Receive-SocketData.A reset.within a frame is ConnectionReset and not the peer''s close'
            'Wait-Socket.For Error.writes a socket that was reset'
            'Get-Socket.sessions.says Disconnected of a connection that was reset, and who it was: the client'
            'Get-Socket.sessions.says Disconnected of a connection that was reset, and who it was: the server'
            'Close-Socket and unread bytes.resets the peer'
        )
        'Wine 8 passes over the address to send from' = @(
            'Send-Datagram.The address that a datagram leaves from.is the one that was asked, 127.0.0.2, on a server bound to 0.0.0.0'
            'Send-Datagram.The address that a datagram leaves from.is the one that was asked, 127.0.0.2, on a server bound to dual'
            'Send-Datagram.The address that a datagram leaves from.is the one that was asked, in an echo server that answers many clients'
            'Send-Datagram.The address that a datagram leaves from.is the one that -LocalAddress names'
            'Send-Datagram.The address that a datagram leaves from.says so where this machine does not have the address'
            'Send-Datagram.Without a socket.sends from -LocalAddress, which says which family of a name is meant'
        )
        'Wine 8 waits where there is no connection' = @(
            'Receive-SocketData.Several sockets.go on when one of them is not connected'
        )
        'Wine 8 answers NoRecovery' = @(
            'Resolve-SocketAddress.-AddressFamily.is NoData when the host has only the other, ::1 for IPv4'
            'Resolve-SocketAddress.-AddressFamily.is NoData when the host has only the other, 127.0.0.1 for IPv6'
        )
    }

    # Tests of UNIX sockets, which Wine 8 and Windows before 10 1803 do not have: there they must get the error NotSupported
    # of the module that says so, and count as skipped. One that gets no such error has failed.
    NotSupported = @(
        'ConvertFrom-AddressByte.-SocketAddress.is the way back from ConvertTo-AddressByte -SocketAddress for /run/*'
        'New-SocketAddress.-EndPoint.makes a System.Net.Sockets.UnixDomainSocketEndPoint of /run/x.sock'
        'New-SocketAddress.-EndPoint.makes a System.Net.Sockets.UnixDomainSocketEndPoint of unix:/run/x.sock'
        'New-SocketAddress.-EndPoint.makes a System.Net.Sockets.UnixDomainSocketEndPoint of UNIX:/run/x.sock'
        'New-SocketAddress.-EndPoint.takes several, as an argument and from the pipeline'
        'New-SocketAddress.what is displayed.shows family and address'
        'Register-SocketAddress.end points of the Internet.reports /tmp/x.sock for an IPv6 socket, which has another family'
        'Register-SocketAddress.end points of the Internet.reports 127.0.0.1:0 for an Unix socket, which has another family'
        'Register-SocketAddress.end points of the Internet.reports :0 for an Unix socket, which has another family'
        'Register-SocketAddress.end points of UNIX sockets.binds a Stream socket to a path'
        'Register-SocketAddress.end points of UNIX sockets.takes unix:PATH and a UnixDomainSocketEndPoint'
        'Register-SocketAddress.end points of UNIX sockets.takes ./here.sock relative to PowerShell''s location, not to the process directory'
        'Register-SocketAddress.end points of UNIX sockets.takes unix:here.sock relative to PowerShell''s location, not to the process directory'
        'Register-SocketAddress.end points of UNIX sockets.takes unix:./here.sock relative to PowerShell''s location, not to the process directory'
        'Register-SocketAddress.end points of UNIX sockets.says ENOENT where the directory is missing'
        'Register-SocketAddress.end points of UNIX sockets.says ENOTDIR where a file stands in place of the directory'
        'Register-SocketAddress.end points of UNIX sockets.takes the location of another provider for no place of files'
        'Register-SocketAddress.text that is not an end point.refuses what is too long: a part of a host name'
        'Register-SocketAddress.text that is not an end point.refuses what is too long: a host name'
        'Register-SocketAddress.text that is not an end point.refuses what is too long: a path'
        'Register-SocketAddress.text that is not an end point.refuses what is too long: a path of letters that are two bytes'
        'Register-SocketAddress.text that is not an end point.refuses a path with a zero byte'
        'Register-SocketAddress.other errors.reports a closed socket of Unix'
        'Register-SocketAddress.with -Verbose.shows the system call of a UNIX socket'
        'New-Socket.families.takes $null for Unix'
        'New-Socket.types.gives Unix Stream its own protocol, IP'
        'New-Socket.with -Verbose.shows the system call of Unix Stream'
        'Start-SocketListener.on a socket.lets every kind listen that can, a UNIX stream'
        'Start-SocketListener.-LocalEndPoint.takes a UNIX path'
        'Start-SocketListener.-LocalEndPoint.takes a UNIX path relative to the current location'
        'Start-SocketListener.-LocalEndPoint.makes a UNIX socket file, which goes with the socket'
        'Start-SocketListener.-LocalEndPoint.is AddressAlreadyInUse when somebody listens there, at a UNIX path'
        'Start-SocketListener.-LocalEndPoint.refuses a path in no directory'
        'Receive-SocketConnection.Several listeners.give -Count each, and each that does not is a TimedOut'
        'Receive-SocketConnection.Closing the listener from another thread.ends a pending accept within 100 ms with SocketClosed, at a UNIX path'
        'Send-Datagram.Destinations that cannot be.refuses ./none.sock on a socket of the family IPv6'
        'Close-Socket.UNIX paths.removes the path of a bound Stream socket'
        'Close-Socket.UNIX paths.leaves the socket alone that another has bound to the path since'
        'Close-Socket.UNIX paths.removes the path of a listener'
        'Close-Socket.UNIX paths.removes a path that was given relative to a location that has been left'
        'Close-Socket.UNIX paths.is not an error when the path is gone already'
        'Close-Socket.UNIX paths.makes the path free for the next'
        'Connect-Socket.datagrams.reports a UNIX path that is not there, and the socket can be connected afterwards'
        'Connect-Socket.streams.connects to a UNIX path: path'
        'Connect-Socket.streams.connects to a UNIX path: unix:'
        'Connect-Socket.streams.connects to a UNIX path: relative'
        'Connect-Socket.streams.connects to a UNIX path: object'
        'Connect-Socket.streams.connects to a UNIX path: with a socket'
        'Connect-Socket.connections that are refused.are reported for UNIX paths: nothing there'
        'Connect-Socket.connections that are refused.are reported for UNIX paths: a regular file'
        'Connect-Socket.connections that are refused.are reported for UNIX paths: a socket that does not listen'
        'Connect-Socket.after a failure.a UNIX stream connects, with Connect-Socket'
        'Connect-Socket.after a failure.a UNIX stream connects, with Connect'
        'Connect-Socket.other errors.reports a closed socket of Unix Stream'
        'Connect-Socket.other errors.reports /tmp/x.sock for an IPv6 socket, which has another family'
        'Connect-Socket.other errors.reports 127.0.0.1:1 for an Unix socket, which has another family'
        'ConvertTo-AddressByte.addresses.refuses /run/x.sock: ?/run/x.sock?not an IPv4 or IPv6 address?'
        'ConvertTo-AddressByte.addresses.refuses unix:/run/x.sock: ?/run/x.sock?not an IPv4 or IPv6 address?'
        'ConvertTo-AddressByte.-SocketAddress.makes struct sockaddr_un of a path, with its zero byte'
        'ConvertTo-AddressByte.-SocketAddress.resolves a path relative to PowerShell''s location'
        'Get-Socket.what every socket tells.tells the paths of UNIX sockets, and nothing of unnamed ones'
        'Get-Socket.what is displayed.shows each digit of a number of five'
        'Get-SocketOption.-ListAvailable.lists what every fitting socket can be asked, or refuses properly: a UNIX socket'
        'Get-SocketOption.-ListAvailable.lists what every other socket refuses properly: a UNIX socket'
        'Get-SocketOption.Without -Name.gives those of each kind, without errors: a UNIX socket'
        'New-Socket.combinations that the system lacks.reports Unix Stream Tcp as ProtocolNotSupported'
        'New-SocketAddress.refuses half a character in a UNIX name, which would name another socket'
        'Receive-SocketConnection.Several listeners.are waited for together, as an argument'
        'Receive-SocketConnection.Several listeners.are waited for together, piped'
        'Receive-SocketConnection.Several listeners.go on when one of them is closed'
        'Receive-SocketConnection.Several listeners.go on when one of them does not listen'
        'Resolve-SocketName.takes several from the pipeline, and goes on after a bad one'
        'Resolve-SocketName.is InvalidEndPoint for a UNIX path, which has no other name'
        'Connect-Socket.other errors.reports a stream that has a peer already, and the connection stays'
        'Test-Socket.streams.tests UNIX paths'
        'Connect-Socket.other errors.says that a file is not a socket'
        'Connect-Socket.other errors.says that a directory is not a socket'
    )

    # Tests of what Windows does not have: they are counted by themselves.
    NotForWindows = @{
        'stale socket files are replaced on Unix' = @(
            'Register-SocketAddress.-Force where the bind fails.puts the stale file back'
        )
        'Windows binds no stream socket twice' = @(
            'Register-SocketAddress.an address in use.never lets two streams with -ReuseAddress listen at once'
        )
        'only Linux has abstract names' = @(
            'Register-SocketAddress.end points of UNIX sockets.refuses an abstract name with NotSupported where there are none'
            'Register-SocketAddress.text that is not an end point.refuses "@"'
            'Register-SocketAddress.text that is not an end point.refuses "unix:@"'
            'Start-SocketListener.on a socket.lets every kind listen that can, an abstract name'
            'Start-SocketListener.-LocalEndPoint.takes an abstract name'
            'Receive-SocketConnection.The connection.goes through a UNIX path and an abstract name, a path'
            'Receive-SocketConnection.The connection.goes through a UNIX path and an abstract name, an abstract name'
            'Send-Datagram.A piped Datagram.answers its sender over Unix with abstract names'
            'ConvertTo-AddressByte.addresses.refuses @name: ?@name?'
            'ConvertTo-AddressByte.-SocketAddress.makes struct sockaddr_un of an abstract name, without one'
            'ConvertFrom-AddressByte.-SocketAddress.is the way back from ConvertTo-AddressByte -SocketAddress for @*'
        )
        'Windows has no SO_REUSEPORT' = @(
            'Register-SocketAddress.an address in use.is shared by sockets that all have -ReusePort'
            'Register-SocketAddress.an address in use.is not shared when only one has -ReusePort'
            'Start-SocketListener.-LocalEndPoint.does not share a port without -ReusePort'
            'Start-SocketListener.-LocalEndPoint.shares a port with -ReusePort, and each listener gets connections'
            'Start-SocketListener.-LocalEndPoint.refuses to share with a listener that does not'
        )
        'Windows binds a port in TIME_WAIT as it is' = @(
            'Register-SocketAddress.an address in use.is bound again with -ReuseAddress, and only with it, while old connections linger'
        )
        'Windows has no socket pairs' = @(
            'Protect-Socket.sessions.protects both ends of a UNIX socket pair'
            'Protect-Socket.handshakes that fail.refuses a UNIX socket without -TargetHost'
            'Send-Datagram.A full queue of a pair.ends with TimedOut, and the socket stays usable'
        )
        'the backlog is read from /proc' = @(
            'Start-SocketListener.on a socket.may be told again, with another backlog'
            'Start-SocketListener.-Backlog.is what the kernel is told, on a socket, by position'
            'Start-SocketListener.-Backlog.is what the kernel is told, on a socket, by name'
            'Start-SocketListener.-Backlog.is what the kernel is told, with -LocalEndPoint'
            'Start-SocketListener.-Backlog.is as many as the system allows when it is not given'
            'Start-SocketListener.-Backlog.lets one connection wait with 0, and no second one'
        )
        'counts descriptors in Linux''s /proc' = @(
            'New-Socket.where showing the call ends the cmdlet.leaves no socket that nobody can reach'
        )
        'Windows has no UNIX datagram sockets' = @(
            'Connect-Socket.datagrams.connects UNIX datagram sockets'
            'Connect-Socket.connections that are refused.are reported for UNIX paths: a datagram socket'
            'Connect-Socket.other errors.reports a closed socket of Unix Datagram'
            'Disconnect-Socket.datagrams.dissolves the association of a UNIX datagram socket'
            'Disconnect-Socket.with -Verbose.shows no empty address where the peer has no name'
            'Get-SocketError.-ErrorRecord.explains the errno that .NET has no name for: a path that is not there'
            'Receive-Datagram.The Datagram.tells the sender of a datagram over UNIX sockets, which have no network address'
            'Receive-Datagram.The Datagram.has no RemoteEndPoint when a UNIX sender has no name, without a peer'
            'Receive-Datagram.The Datagram.has no RemoteEndPoint when a UNIX sender has no name, in a pair'
            'Receive-Datagram.The Datagram.tells the next sender after one without a name'
            'Receive-Datagram.-MaximumSize.cuts a longer datagram, tells its real length and warns, over Unix'
            'Receive-Datagram.How it is shown.shows an empty datagram and one of a sender without a name'
            'Receive-Datagram.How it is shown.shows dots for what a terminal would obey in the name of a UNIX sender, in a table'
            'Receive-Datagram.How it is shown.shows dots for what a terminal would obey in the name of a UNIX sender, in a list'
            'Receive-Datagram.How it is shown.does not put the name of a UNIX sender raw into warnings and verbose messages'
            'Send-SocketData.What is one message.sends the bytes of a Datagram'
            'Send-SocketData.Parameters.refuses a socket of messages: Datagram'
            'Send-SocketData.Parameters.refuses a socket of messages: SeqPacket'
            'Send-SocketData.A peer that is gone.is Shutdown on a UNIX pair'
            'Receive-SocketConnection.Several listeners.go on when one of them is a datagram socket'
            'Receive-SocketData.SocketData.has no RemoteEndPoint where the peer has no name'
            'Receive-SocketData.Without framing.is refused on a socket of messages, which stay: Datagram'
            'Receive-SocketData.Without framing.is refused on a socket of messages, which stay: SeqPacket'
            'Wait-Socket.For Read.writes a socket that has a datagram'
            'Wait-Socket.For Read.writes a socket that has an empty datagram'
            'Wait-Socket.Many sockets.of mixed kinds are waited for together, and those that are ready come in their order'
            'Wait-Socket.Many sockets.may be 1,000'
            'Register-SocketAddress.end points of UNIX sockets.binds a Datagram socket to a path'
            'Register-SocketAddress.end points of UNIX sockets.binds a SeqPacket socket to a path'
            'New-Socket.types.takes every name of Seqpacket'
            'New-Socket.types.gives Unix Datagram its own protocol, IP'
            'Start-SocketListener.on a socket.lets a UNIX socket of packets listen'
            'Receive-SocketConnection.The connection.keeps the boundaries of messages on a SeqPacket socket'
            'Send-Datagram.What is one message.sends more datagrams at once than the kernel takes in one call, in their order'
            'Send-Datagram.Destinations that cannot be.needs a destination on a Unix socket that has no peer'
            'Send-Datagram.Destinations that cannot be.refuses 127.0.0.1:9 on a socket of the family Unix'
            'Send-Datagram.Destinations that cannot be.finds no UNIX socket where no file is'
            'Send-Datagram.One bad item among many.answers the others when one sender has no name'
            'Send-Datagram.A piped Datagram.answers its sender over Unix with paths'
            'Send-Datagram.A piped Datagram.cannot answer a UNIX sender without a name'
            'Send-Datagram.A full queue: with an address.ends with TimedOut when -TimeoutSeconds have passed'
            'Send-Datagram.A full queue: with an address.waits until there is room'
            'Send-Datagram.A full queue: with an address.is stopped within 100 ms, without an error, and the socket stays usable'
            'Send-Datagram.A full queue: connected.ends with TimedOut when -TimeoutSeconds have passed'
            'Send-Datagram.A full queue: connected.waits until there is room'
            'Send-Datagram.A full queue: connected.is stopped within 100 ms, without an error, and the socket stays usable'
            'Close-Socket.UNIX paths.removes the path of a bound Datagram socket'
            'Send-Datagram.Without a socket.sends to a UNIX path'
            'Add-SocketMulticastGroup.Errors.is OperationNotSupported on a UNIX socket'
            'Send-Datagram.The address that a datagram leaves from.cannot be 127.0.0.1 on a socket of the family Unix'
            'Receive-Datagram.Sockets that cannot receive.ends when the receiving direction is shut down'
        )
        'after that .NET''s own Receive is an error on Windows' = @(
            'Disconnect-Socket.streams.ends what this side receives with -Direction Receive, and the other way still works'
            'Disconnect-Socket.streams.ends both ways with -Direction Both'
            'Disconnect-Socket.streams.ends both ways with nothing more'
        )
        'Windows cannot dissolve the association of a datagram socket' = @(
            'Disconnect-Socket.datagrams.dissolves the association: the socket has no peer, and keeps its port'
            'Disconnect-Socket.datagrams.dissolves the association: the socket hears everybody again'
            'Disconnect-Socket.datagrams.dissolves the association: the socket has nowhere to send to any more'
            'Disconnect-Socket.datagrams.dissolves the association of a dual-mode socket with an IPv4 peer'
            'Disconnect-Socket.output.is the datagram socket with -PassThru'
            'Disconnect-Socket.with -Verbose.shows how a datagram socket is dissolved'
        )
        'Windows has no such option' = @(
            'Get-SocketOption.Values.are ?string? for SocketDomain'
            'Get-SocketOption.Values.are ?string? for SocketProtocol'
            'Get-SocketOption.Values.are ?string? for BindToDevice'
            'Set-SocketOption.Values as people write them.set UserTimeout to 00:00:02, which is read as 2000'
            'Set-SocketOption.Values as people write them.set ReceiveLowWater to 4, which is read as 4'
            'Set-SocketOption.Values as people write them.set ReusePort to $true, which is read as $true'
            'Set-SocketOption.Values as people write them.set Priority to 6, which is read as 6'
            'Set-SocketOption.Values as people write them.set BindToDevice to lo, which is read as lo'
            'Set-SocketOption.Values as people write them.set CongestionControl to reno, which is read as reno'
            'Set-SocketOption.Values as people write them.set SynRetryCount to 2, which is read as 2'
            'Set-SocketOption.Values as people write them.set Cork to $true, which is read as $true'
            'Set-SocketOption.MulticastInterface.and the other multicast options are set, MulticastAll'
            'Set-SocketOption.Options that cannot be set.are InvalidArgument when they can only be read: SO_DOMAIN'
            'Set-SocketOption.Options that cannot be set.are InvalidArgument when they can only be read: SocketProtocol'
        )
        'the numbers of options of Linux' = @(
            'Get-SocketOption.-ListAvailable.tells everything about an option'
            'Get-SocketOption.Raw access.gives the bytes of an option as one byte??'
            'Get-SocketOption.Raw access.gives at most -Length bytes'
            'Get-SocketOption.Raw access.is ProtocolOption for an option that does not exist'
            'Get-SocketOption.Raw access.is OperationNotSupported for an option that does not exist'
            'Get-SocketOption.Sockets.may be several, and a bad one does not stop the rest'
            'Set-SocketOption.Raw access.gives back what raw Get-SocketOption read'
            'Set-SocketOption.Raw access.is ProtocolOption for an option that does not exist'
            'Set-SocketOption.Parameters.take sockets from the pipeline, write nothing without -PassThru, and the sockets with it'
        )
        'Windows has no SeqPacket' = @(
            'New-Socket.combinations that the system lacks.reports IPv4 SeqPacket Default as SocketNotSupported'
            'New-Socket.combinations that the system lacks.reports IPv6 SeqPacket Default as SocketNotSupported'
            'Get-SocketOption.Values.tell the state of the socket'
        )
        'reads Linux''s /proc' = @(
            'Receive-Datagram.The descriptor.stays in blocking mode while it is waited for and afterwards'
        )
        'only Linux doubles the size of a buffer' = @(
            'Set-SocketOption.Values as people write them.set SendBufferSize to 16384, which is read as 32768'
            'Set-SocketOption.Values as people write them.set ReceiveBufferSize to 16384, which is read as 32768'
        )
        'an empty name is this machine on Windows' = @(
            'Resolve-SocketAddress.-HostName.is HostNotFound for an empty name'
        )
    }

    # Tests that would hang, or take too long.
    NotRun = @{
        'Join-Socket.How it ends early.names the peer that reset, after everything that came before has passed' = 'Wine 8 reports a reset as the end of the stream, so this waits without an end'
        'Protect-Socket.certificates of this side.*' = 'Wine 8 makes no keys (NCryptCreatePersistedKey)'
        '*leaves no descriptor behind in 1,000 rounds' = 'a thousand stops take minutes under Wine'
    }

    # The same, of what Windows does not have.
    NotRunOnWindows = @{
        '*kernel got it, not when it was read*' = 'only Linux tells when the kernel got a datagram'
    }

    # Reasons that tests give themselves, of what Windows does not have.
    NotForWindowsBecause = @(
        'Windows has no SeqPacket'
        'Windows has no socket pairs'
        'only Linux has abstract names'
        'descriptors are counted in /proc'
        'descriptors are listed in /proc'
        'stale socket files are replaced on Unix'
        'how many connections fill a backlog is known of Linux only'
        'root may write everywhere'
        'mkfifo is not installed'
        'there is no /dev/full here'
        'no C compiler is installed'
        'getent is not installed'
        'getent is not installed, which tells the name to expect'
        'lo is the name of an interface of Linux'
        'the loopback interface is called lo on Linux'
        'the options have the numbers of Linux here'
        'the test names the option by its number on Linux'
        'unshare is not installed'
        'unshare or ip is not installed, which make a route'
        'unshare or ip is not installed, which give an interface addresses'
        'unshare or ip is not installed, which make the route that IPv6 multicast needs'
        'bash is not installed, which sets the limit'
        'the longest path has 107 bytes on Linux'
        'root may make raw sockets'
    )
}
