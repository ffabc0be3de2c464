# The Pester tests that cannot pass on Windows, or under Wine, by the reason. Each is the wildcard of a test's full
# name. tests/windows/Invoke-PesterFile.ps1 runs them all the same, and fails when one passes.
@{
    # What a Windows of today can do: they count as skipped.
    Wine = @{
        'Wine 8 has no AF_UNIX' = @(
            'New-SocketAddress.-Path.makes the address of a UNIX path'
            'New-SocketAddress.-Path.is relative to PowerShell''s location'
            'New-SocketAddress.-Path.takes @x for a file name, and nothing else'
            'New-SocketAddress.-Path.takes unix:x for a file name, and nothing else'
            'New-SocketAddress.-Path.takes ?::1?:80 for a file name, and nothing else'
            'New-SocketAddress.-Path.takes localhost:80 for a file name, and nothing else'
            'New-SocketAddress.-Path.takes a b.sock for a file name, and nothing else'
            'New-SocketAddress.-Path.takes b?cher.sock for a file name, and nothing else'
            'New-SocketAddress.-Path.takes a?1?.sock for a file name, and nothing else'
            'New-SocketAddress.-Path.takes a*.sock for a file name, and nothing else'
            'New-SocketAddress.-Path.takes @x without ./ for a file name too, since a path was asked for'
            'New-SocketAddress.-EndPoint.makes a System.Net.Sockets.UnixDomainSocketEndPoint of /run/x.sock'
            'New-SocketAddress.-EndPoint.makes a System.Net.Sockets.UnixDomainSocketEndPoint of unix:/run/x.sock'
            'New-SocketAddress.-EndPoint.makes a System.Net.Sockets.UnixDomainSocketEndPoint of UNIX:/run/x.sock'
            'New-SocketAddress.-EndPoint.resolves paths relative to PowerShell''s location: ./x.sock'
            'New-SocketAddress.-EndPoint.resolves paths relative to PowerShell''s location: unix:x.sock'
            'New-SocketAddress.-EndPoint.resolves paths relative to PowerShell''s location: unix:./x.sock'
            'New-SocketAddress.-EndPoint.resolves paths relative to PowerShell''s location: ../here/x.sock'
            'New-SocketAddress.-EndPoint.resolves ~ and PowerShell''s drives'
            'New-SocketAddress.-EndPoint.takes several, as an argument and from the pipeline'
            'New-SocketAddress.what is displayed.shows family and address'
            'Register-SocketAddress.end points of the Internet.reports /tmp/x.sock for an IPv6 socket, which has another family'
            'Register-SocketAddress.end points of the Internet.reports 127.0.0.1:0 for an Unix socket, which has another family'
            'Register-SocketAddress.end points of the Internet.reports :0 for an Unix socket, which has another family'
            'Register-SocketAddress.end points of UNIX sockets.binds a Datagram socket to a path'
            'Register-SocketAddress.end points of UNIX sockets.binds a Stream socket to a path'
            'Register-SocketAddress.end points of UNIX sockets.binds a SeqPacket socket to a path'
            'Register-SocketAddress.-Force where the bind fails.puts the stale file back'
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
            'New-Socket.types.takes every name of Seqpacket'
            'New-Socket.types.gives Unix Datagram its own protocol, IP'
            'New-Socket.types.gives Unix Stream its own protocol, IP'
            'New-Socket.with -Verbose.shows the system call of Unix Stream'
            'Start-SocketListener.on a socket.lets every kind listen that can, a UNIX stream'
            'Start-SocketListener.on a socket.lets a UNIX socket of packets listen'
            'Start-SocketListener.-LocalEndPoint.takes a UNIX path'
            'Start-SocketListener.-LocalEndPoint.takes a UNIX EndPoint'
            'Start-SocketListener.-LocalEndPoint.takes a UNIX path relative to the current location'
            'Start-SocketListener.-LocalEndPoint.makes a UNIX socket file, which goes with the socket'
            'Start-SocketListener.-LocalEndPoint.is AddressAlreadyInUse when somebody listens there, at a UNIX path'
            'Start-SocketListener.-LocalEndPoint.refuses a path in no directory'
            'Receive-SocketConnection.The connection.keeps the boundaries of messages on a SeqPacket socket'
            'Receive-SocketConnection.Several listeners.are waited for together, <How>'
            'Receive-SocketConnection.Several listeners.give -Count each, and each that does not is a TimedOut'
            'Receive-SocketConnection.Several listeners.go on when one of them <How>'
            'Receive-SocketConnection.Several listeners.go on when one of them is closed while they wait'
            'Receive-SocketConnection.Closing the listener from another thread.ends a pending accept within 100 ms with SocketClosed, at a UNIX path'
            'Send-Datagram.What is one message.sends more datagrams at once than the kernel takes in one call, in their order'
            'Send-Datagram.Destinations that cannot be.needs a destination on a Unix socket that has no peer'
            'Send-Datagram.Destinations that cannot be.refuses ./none.sock on a socket of the family IPv6'
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
        )
        'Wine 8 has no data of network adapters' = @(
            'Register-SocketAddress.what it switches on.is packet information, also for a socket that was made elsewhere: InterNetwork'
            'Register-SocketAddress.what it switches on.is packet information, also for a socket that was made elsewhere: InterNetworkV6'
        )
        'Wine 8 answers EMSGSIZE to a dual-mode socket that asks for packet information' = @(
            'New-Socket.without arguments.makes a socket that IPv4 and IPv6 reach at one port'
            'Send-Datagram.A piped Datagram.answers an IPv4 sender of a dual-mode socket'
            'New-Socket.without arguments.makes a socket that talks to IPv4'
        )
        'Wine 8 has no raw sockets of ICMPv6' = @(
            'New-Socket.protocols.makes raw sockets of IcmpV6'
        )
        'Wine 8 reports no ICMP errors on connected UDP sockets' = @(
            'Send-Datagram.A connected socket.learns at the next receive that nobody is at the port, and hears who comes there later'
        )
    }

    # Tests of what Windows does not have: they are counted by themselves.
    NotForWindows = @{
        'only Linux has abstract names' = @(
            'Register-SocketAddress.end points of UNIX sockets.refuses an abstract name with NotSupported where there are none'
            'Register-SocketAddress.text that is not an end point.refuses "@"'
            'Register-SocketAddress.text that is not an end point.refuses "unix:@"'
            'Start-SocketListener.on a socket.lets every kind listen that can, an abstract name'
            'Start-SocketListener.-LocalEndPoint.takes an abstract name'
            'Receive-SocketConnection.The connection.goes through a UNIX path and an abstract name, a path'
            'Receive-SocketConnection.The connection.goes through a UNIX path and an abstract name, an abstract name'
            'Send-Datagram.A piped Datagram.answers its sender over Unix with abstract names'
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
            'Start-SocketListener.on a socket.goes on after one that is connected'
            'Receive-SocketConnection.A socket that does not accept.is InvalidArgument when it is connected'
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
    )
}
