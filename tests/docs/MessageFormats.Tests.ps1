BeforeDiscovery {
    # What a message of DNS has several times.
    $domainName = '(Labels:*[Length=0]:(Kind:2{Label=0,Pointer=3} Length:6?Kind=Label Text:[Length]:utf8?Kind=Label Offset:14?Kind=Pointer))'
    $record = "(Name:$domainName Type:16{A=1,NS=2,CNAME=5,SOA=6,PTR=12,MX=15,TXT=16,AAAA=28,SRV=33,OPT=41} Class:16{IN=1,CH=3} TTL:32 Length:16 Data:[Length]:Type{A=(IP:32:ipv4),AAAA=(IP:128:ipv6),NS=(Host:$domainName),CNAME=(Host:$domainName),PTR=(Host:$domainName),MX=(Preference:16 Host:$domainName),TXT=(Length:8 Text:[Length]:utf8),SRV=(Priority:16 Weight:16 Port:16 Host:$domainName),SOA=(Host:$domainName Mailbox:$domainName Serial:32 Refresh:32:int Retry:32:int Expire:32:int Minimum:32),*=(Rest:*)})"

    # The fields of each format, exactly.
    $fields = [ordered]@{
        'arp'                       = 'HardwareType:16 ProtocolType:16 HardwareLength:8 ProtocolLength:8 Opcode:16 SenderHardwareAddress:[HardwareLength]:mac SenderProtocolAddress:[ProtocolLength]:ipv4 TargetHardwareAddress:[HardwareLength]:mac TargetProtocolAddress:[ProtocolLength]:ipv4'
        'bgp'                       = 'Marker:128:hex=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF Length:16 Type:8{OPEN=1,UPDATE=2,NOTIFICATION=3,KEEPALIVE=4,ROUTE-REFRESH=5} Body:[Length-19]:Type{OPEN=(Version:8=4 AS:16 HoldTime:16 Identifier:32:ipv4 ParametersLength:8 Parameters:[ParametersLength]:(Type:8 Length:8 Value:[Length])),UPDATE=(WithdrawnLength:16 Withdrawn:[WithdrawnLength]:(Bits:8 Prefix:[Bits/8]) AttributesLength:16 Attributes:[AttributesLength]:(Flags:8:flags{Optional=128,Transitive=64,Partial=32,Extended=16} Type:8{ORIGIN=1,AS_PATH=2,NEXT_HOP=3,MULTI_EXIT_DISC=4,LOCAL_PREF=5,ATOMIC_AGGREGATE=6,AGGREGATOR=7} Length:8?!(Flags&16) LongLength:16?Flags&16 Value:[Length+LongLength]) Reachable:*:(Bits:8 Prefix:[Bits/8])),NOTIFICATION=(Code:8 Subcode:8 Data:*),*=(Rest:*)}'
        'coap'                      = 'Ver:2 T:2 TKL:4 Code:8 MessageID:16 Token:[TKL]:hex Options:*255 11111111:8 Payload:*'
        'coap-message'              = 'Version:2=1 Type:2{CON=0,NON=1,ACK=2,RST=3} TokenLength:4 Class:3 Detail:5 MessageID:16 Token:[TokenLength]:hex Options:*:(Delta:4 Length:4 Delta8:8?Delta=13 Delta16:16?Delta=14 Length8:8?Length=13 Length16:16?Length=14 Value:[Length+Length8+Length16+255*(Length=14)]?Delta<15 Payload:*?Delta=15)'
        'dhcp'                      = 'Op:8 Htype:8 Hlen:8 Hops:8 Xid:32 Secs:16 Flags:16 Ciaddr:32:ipv4 Yiaddr:32:ipv4 Siaddr:32:ipv4 Giaddr:32:ipv4 Chaddr:128:hex Sname:512:ascii File:1024:ascii Options:*'
        'dhcp-options'              = 'Cookie:32:hex=63825363 Options:*:(Code:8{Pad=0,SubnetMask=1,Router=3,DomainNameServer=6,HostName=12,RequestedAddress=50,LeaseTime=51,MessageType=53,ServerIdentifier=54,ParameterList=55,MaximumSize=57,VendorClass=60,ClientIdentifier=61,End=255} Length:8?Code>0&&Code<255 Value:[Length]?Code>0&&Code<255 Padding:*?Code=End)'
        'diameter'                  = 'Version:8=1 Length:24 Flags:8:flags{Request=128,Proxiable=64,Error=32,Retransmitted=16} CommandCode:24 ApplicationId:32 HopByHop:32 EndToEnd:32 AVPs:[Length-20]:(Code:32{HostIPAddress=257,AuthApplicationId=258,OriginHost=264,VendorId=266,FirmwareRevision=267,ResultCode=268,ProductName=269,OriginStateId=278,OriginRealm=296,InbandSecurityId=299} Flags:8:flags{Vendor=128,Mandatory=64,Protected=32} Length:24 VendorId:32?Flags&128 Data:[Length-8-(Flags>=128)*4] Pad:|4)'
        'dns-header'                = 'ID:16 QR:1 Opcode:4 AA:1 TC:1 RD:1 RA:1 Z:3 RCODE:4 QDCOUNT:16 ANCOUNT:16 NSCOUNT:16 ARCOUNT:16'
        'dns-message'               = "ID:16 QR:1 Opcode:4{QUERY=0,STATUS=2,NOTIFY=4,UPDATE=5} AA:1 TC:1 RD:1 RA:1 Z:1 AD:1 CD:1 RCODE:4{NoError=0,FormErr=1,ServFail=2,NXDomain=3,NotImp=4,Refused=5} QDCOUNT:16 ANCOUNT:16 NSCOUNT:16 ARCOUNT:16 Questions:[QDCOUNT]*(Name:$domainName Type:16{A=1,NS=2,CNAME=5,SOA=6,PTR=12,MX=15,TXT=16,AAAA=28,SRV=33,ANY=255} Class:16{IN=1,CH=3,ANY=255}) Answers:[ANCOUNT]*$record Authorities:[NSCOUNT]*$record Additionals:[ARCOUNT]*$record"
        'dns-pointer'               = '11:2 OFFSET:14'
        'dns-question'              = 'QNAME:* QTYPE:16 QCLASS:16'
        'dns-record'                = 'NAME:16:hex TYPE:16 CLASS:16 TTL:32 RDLENGTH:16 RDATA:[RDLENGTH]'
        'ethernet'                  = 'Destination:48:mac Source:48:mac Type:16 Data:*'
        'gre'                       = 'C:1 Reserved0:12 Ver:3 ProtocolType:16 Checksum:[C*2] Reserved1:[C*2]'
        'http2-frame'               = 'Length:24 Type:8 Flags:8 R:1 StreamIdentifier:31 FramePayload:[Length]'
        'icmp-echo'                 = 'Type:8 Code:8 Checksum:16 Identifier:16 SequenceNumber:16 Data:*'
        'icmpv6-echo'               = 'Type:8 Code:8 Checksum:16 Identifier:16 SequenceNumber:16 Data:*'
        'ipfix'                     = 'Version:16=10 Length:16 ExportTime:32:unixtime SequenceNumber:32 ObservationDomainId:32 Sets:[Length-16]:(SetId:16 Length:16 Data:[Length-4])'
        'ipv4'                      = 'Version:4 IHL:4 TypeOfService:8 TotalLength:16 Identification:16 Flags:3 FragmentOffset:13 TimeToLive:8 Protocol:8 HeaderChecksum:16 SourceAddress:32:ipv4 DestinationAddress:32:ipv4 Options:[IHL*4-20]'
        'ipv6'                      = 'Version:4 TrafficClass:8 FlowLabel:20 PayloadLength:16 NextHeader:8 HopLimit:8 SourceAddress:128:ipv6 DestinationAddress:128:ipv6'
        'modbus-tcp'                = 'TransactionId:16 ProtocolId:16=0 Length:16 UnitId:8 Function:8 Data:[Length-2]'
        'mqtt-fixed-header'         = 'PacketType:4 DUP:1 QoS:2 RET:1 RemainingLength:8 Rest:[RemainingLength]'
        'mqtt-packet'               = 'Type:4{CONNECT=1,CONNACK=2,PUBLISH=3,PUBACK=4,PUBREC=5,PUBREL=6,PUBCOMP=7,SUBSCRIBE=8,SUBACK=9,UNSUBSCRIBE=10,UNSUBACK=11,PINGREQ=12,PINGRESP=13,DISCONNECT=14} DUP:1:bool QoS:2 Retain:1:bool Length:mqtt TopicLength:16?Type=PUBLISH Topic:[TopicLength]:utf8?Type=PUBLISH PacketId:16?Type=PUBLISH&&QoS>0 Payload:[Length-2-TopicLength-2*(QoS>0)]?Type=PUBLISH Body:[Length]:Type{CONNECT=(ProtocolLength:16 Protocol:[ProtocolLength]:utf8 Level:8 Flags:8:flags{CleanSession=2,Will=4,QoS1=8,QoS2=16,WillRetain=32,Password=64,UserName=128} KeepAlive:16 ClientLength:16 Client:[ClientLength]:utf8 WillTopicLength:16?Flags&Will WillTopic:[WillTopicLength]:utf8?Flags&Will WillMessageLength:16?Flags&Will WillMessage:[WillMessageLength]?Flags&Will UserLength:16?Flags&UserName User:[UserLength]:utf8?Flags&UserName SecretLength:16?Flags&Password Secret:[SecretLength]?Flags&Password),CONNACK=(SessionPresent:8 Code:8),SUBSCRIBE=(PacketId:16 Filters:*:(Length:16 Filter:[Length]:utf8 QoS:8)),SUBACK=(PacketId:16 Codes:*),UNSUBSCRIBE=(PacketId:16 Filters:*:(Length:16 Filter:[Length]:utf8)),PINGREQ=(None:*),PINGRESP=(None:*),DISCONNECT=(None:*),*=(PacketId:16)}?Type!=PUBLISH'
        'netflow5'                  = 'Version:16=5 Count:16 SysUptime:32 Seconds:32:unixtime Nanoseconds:32 Sequence:32 EngineType:8 EngineId:8 SamplingMode:2 SamplingInterval:14 Flows:[Count]*(Source:32:ipv4 Destination:32:ipv4 NextHop:32:ipv4 Input:16 Output:16 Packets:32 Octets:32 First:32 Last:32 SourcePort:16 DestinationPort:16 Pad1:8 Flags:8:flags{FIN=1,SYN=2,RST=4,PSH=8,ACK=16,URG=32} Protocol:8{ICMP=1,TCP=6,UDP=17} TypeOfService:8 SourceAS:16 DestinationAS:16 SourceMask:8 DestinationMask:8 Pad2:16)'
        'netflow9'                  = 'Version:16=9 Count:16 SysUptime:32 Seconds:32:unixtime Sequence:32 SourceId:32 Sets:*:(SetId:16 Length:16 Data:[Length-4])'
        'ntp'                       = 'LI:2 VN:3 Mode:3 Stratum:8 Poll:8:int Precision:8:int RootDelay:32 RootDispersion:32 ReferenceID:32:hex ReferenceTimestamp:64 OriginTimestamp:64 ReceiveTimestamp:64 TransmitTimestamp:64 ExtensionField1:*'
        'quic-long-header'          = 'HeaderForm:1=1 FixedBit:1=1 Type:2{Initial=0,ZeroRTT=1,Handshake=2,Retry=3} TypeSpecificBits:4 Version:32 DestinationLength:8 Destination:[DestinationLength]:hex SourceLength:8 Source:[SourceLength]:hex TokenLength:quic?Type=Initial Token:[TokenLength]?Type=Initial Length:quic?Type!=Retry Payload:*'
        'radius'                    = 'Code:8 Identifier:8 Length:16 Authenticator:128:hex Attributes:[Length-20]'
        'radius-attribute'          = 'Type:8 Length:8 Value:[Length-2]'
        'rpki-rtr'                  = 'Version:8 Type:8{SerialNotify=0,SerialQuery=1,ResetQuery=2,CacheResponse=3,IPv4Prefix=4,IPv6Prefix=6,EndOfData=7,CacheReset=8,RouterKey=9,ErrorReport=10} Session:16 Length:32 Body:[Length-8]'
        'rtp'                       = 'V2:2 P:1 X:1 CC:4 M:1 PT:7 SequenceNumber:16 Timestamp:32 SynchronizationSourceSSRCIdentifier:32 ContributingSourceCSRCIdentifiers:[CC*4]'
        'sctp-chunks'               = 'Chunks:*:(Type:8{DATA=0,INIT=1,INIT-ACK=2,SACK=3,HEARTBEAT=4,HEARTBEAT-ACK=5,ABORT=6,SHUTDOWN=7,SHUTDOWN-ACK=8,ERROR=9,COOKIE-ECHO=10,COOKIE-ACK=11} Flags:8 Length:16 Value:[Length-4] Pad:|4)'
        'sctp-common'               = 'SourcePortNumber:16 DestinationPortNumber:16 VerificationTag:32 Checksum:32'
        'sctp-data'                 = 'Type0:8 Res:4 I:1 U:1 B:1 E:1 Length:16 TSN:32 StreamIdentifierS:16 StreamSequenceNumberN:16 PayloadProtocolIdentifier:32 UserDataSeqNOfStreamS:[Length-16]'
        'snmp'                      = 'Sequence:8=0x30 Length:ber Message:[Length]:(VersionTag:8=2 VersionLength:ber Version:[VersionLength]:hex CommunityTag:8=4 CommunityLength:ber Community:[CommunityLength]:ascii PduType:8{GetRequest=160,GetNextRequest=161,Response=162,SetRequest=163} PduLength:ber Pdu:[PduLength]:(Tag:8{Integer=2,OctetString=4,Null=5,ObjectIdentifier=6,Sequence=48} Length:ber Value:[Length]))'
        'sntp'                      = 'LI:2 VN:3 Mode:3 Stratum:8 Poll:8:int Precision:8:int RootDelay:32 RootDispersion:32 ReferenceIdentifier:32:hex ReferenceTimestamp:64 OriginateTimestamp:64 ReceiveTimestamp:64 TransmitTimestamp:64 KeyIdentifier:32 MessageDigest:128:hex'
        'stun'                      = '00:2 STUNMessageType:14 MessageLength:16 MagicCookie:32 TransactionID:96:hex'
        'stun-attribute'            = 'Type:16 Length:16 Value:[Length]'
        'stun-message'              = 'Zero:2=0 Type:14 Length:16 MagicCookie:32:hex=2112A442 TransactionID:96:hex Attributes:[Length]:(Type:16{MAPPED-ADDRESS=1,USERNAME=6,MESSAGE-INTEGRITY=8,ERROR-CODE=9,REALM=20,NONCE=21,XOR-MAPPED-ADDRESS=32,PRIORITY=36,SOFTWARE=32802,FINGERPRINT=32808,ICE-CONTROLLED=32809} Length:16 Value:[Length] Pad:|4)'
        'stun-xor-mapped-address'   = '00000000:8 Family:8 XPort:16 XAddress:*'
        'tcp'                       = 'SourcePort:16 DestinationPort:16 SequenceNumber:32 AcknowledgmentNumber:32 DataOffset:4 Rsrvd:4 CWR:1 ECE:1 URG:1 ACK:1 PSH:1 RST:1 SYN:1 FIN:1 Window:16 Checksum:16 UrgentPointer:16 Options:[DataOffset*4-20] Data:*'
        'tcp-options'               = 'Options:*:(Kind:8{END=0,NOP=1,MSS=2,WindowScale=3,SackPermitted=4,Sack=5,Timestamps=8} Length:8?Kind>1 Value:[Length-2]?Kind>1 Padding:*?Kind=END)'
        'tftp-ack'                  = 'Opcode:16 Block:16'
        'tftp-data'                 = 'Opcode:16 Block:16 Data:*'
        'tftp-error'                = 'Opcode:16 ErrorCode:16 ErrMsg:*0:utf8 0:8'
        'tftp-request'              = 'Opcode:16 Filename:*0:utf8 0:8 Mode:*0:ascii 02:8'
        'tls-handshake'             = 'Type:8{ClientHello=1,ServerHello=2,NewSessionTicket=4,EncryptedExtensions=8,Certificate=11,CertificateRequest=13,CertificateVerify=15,Finished=20,KeyUpdate=24} Length:24 Body:[Length]'
        'tls-record'                = 'Type:8{ChangeCipherSpec=20,Alert=21,Handshake=22,ApplicationData=23} Version:16 Length:16 Fragment:[Length]'
        'udp'                       = 'SourcePort:16 DestinationPort:16 Length:16 Checksum:16 DataOctets:[Length-8]'
        'vxlan'                     = 'R:1 R2:1 R3:1 R4:1 I:1 R5:1 R6:1 R7:1 Reserved:24 VXLANNetworkIdentifierVNI:24 Reserved2:8'
        'vxlan-udp'                 = 'R1:4=0 I:1 R2:3 Reserved1:24 VNI:24 Reserved2:8 Destination:48:mac Source:48:mac EtherType:16 Data:*'
        'websocket'                 = 'FIN:1 RSV1:1 RSV2:1 RSV3:1 Opcode:4 MASK:1 PayloadLen:7 ExtendedPayloadLength:* MaskingKey:[MASK*4] PayloadData:[PayloadLen]'
        'wireguard-initiation'      = 'Type:8=1 Reserved:24=0 Sender:32:uintle Ephemeral:256:hex Static:384:hex Timestamp:224:hex Mac1:128:hex Mac2:128:hex'
    }

    # Bytes that other people's programs sent or that a standard has, and what they say. What was captured without
    # saying where was seen by tcpdump on the loopback interface, or between two network namespaces: curl 7.88,
    # dig 9.18, dnsmasq 2.90, chronyd 4.3, tftp-hpa 5.2, ping 20221126, udhcpc 1.35 and Linux 6.18 sent it.
    $samples = @(
        @{
            Format = 'tcp'
            Source = 'captured: curl publishes over MQTT'
            Bytes  = 'c4b22e6b3b4cc82f7507086880180040fe4200000101080a616abc8b539f542b101800044d5154540402003c000c6375726c3233323061646163'
            Values = 'SourcePort=50354 DestinationPort=11883 SequenceNumber=994887727 AcknowledgmentNumber=1963395176 DataOffset=8 Rsrvd=0 CWR=0 ECE=0 URG=0 ACK=1 PSH=1 RST=0 SYN=0 FIN=0 Window=64 Checksum=65090 UrgentPointer=0 Options=0101080a616abc8b539f542b Data=101800044d5154540402003c000c6375726c3233323061646163'
        }
        @{
            Format = 'tcp'
            Source = 'captured: curl connects'
            Bytes  = 'c4b22e6b3b4cc82e00000000a002ffd7fe3000000204ffd70402080a616abc8a000000000103030a'
            Values = 'SourcePort=50354 DestinationPort=11883 SequenceNumber=994887726 AcknowledgmentNumber=0 DataOffset=10 Rsrvd=0 CWR=0 ECE=0 URG=0 ACK=0 PSH=0 RST=0 SYN=1 FIN=0 Window=65495 Checksum=65072 UrgentPointer=0 Options=0204ffd70402080a616abc8a000000000103030a Data='
        }
        @{
            Format = 'udp'
            Source = 'captured: dig asks'
            Bytes  = '98ca14e90029fe3cd17801200001000000000000077072696e746572076578616d706c650000010001'
            Values = 'SourcePort=39114 DestinationPort=5353 Length=41 Checksum=65084 DataOctets=d17801200001000000000000077072696e746572076578616d706c650000010001'
        }
        @{
            Format = 'ipv4'
            Source = 'captured: ping'
            Bytes  = '45000034f90f4000400143b77f0000017f000001'
            Values = 'Version=4 IHL=5 TypeOfService=0 TotalLength=52 Identification=63759 Flags=2 FragmentOffset=0 TimeToLive=64 Protocol=1 HeaderChecksum=17335 SourceAddress=127.0.0.1 DestinationAddress=127.0.0.1 Options='
        }
        @{
            Format = 'ipv4'
            Source = 'captured: ping -R, which records the route'
            Bytes  = "4f00007c3dc840004001ac8a0a0900020a090001010727080a090002$('00' * 32)"
            Values = 'Version=4 IHL=15 TypeOfService=0 TotalLength=124 Identification=15816 Flags=2 FragmentOffset=0 TimeToLive=64 Protocol=1 HeaderChecksum=44170 SourceAddress=10.9.0.2 DestinationAddress=10.9.0.1 Options=010727080a0900020000000000000000000000000000000000000000000000000000000000000000'
        }
        @{
            Format = 'ipv6'
            Source = 'captured: ping'
            Bytes  = "6000351c00203a40$('00' * 15)01$('00' * 15)01"
            Values = 'Version=6 TrafficClass=0 FlowLabel=13596 PayloadLength=32 NextHeader=58 HopLimit=64 SourceAddress=::1 DestinationAddress=::1'
        }
        @{
            Format = 'icmp-echo'
            Source = 'captured: ping -p cafe'
            Bytes  = '080034981ef700011b8f016b00000000507a0b0000000000cafecafecafecafe'
            Values = 'Type=8 Code=0 Checksum=13464 Identifier=7927 SequenceNumber=1 Data=1b8f016b00000000507a0b0000000000cafecafecafecafe'
        }
        @{
            Format = 'icmp-echo'
            Source = 'captured: the answer to it'
            Bytes  = '00003c981ef700011b8f016b00000000507a0b0000000000cafecafecafecafe'
            Values = 'Type=0 Code=0 Checksum=15512 Identifier=7927 SequenceNumber=1 Data=1b8f016b00000000507a0b0000000000cafecafecafecafe'
        }
        @{
            Format = 'icmpv6-echo'
            Source = 'captured: ping'
            Bytes  = '800047d11ef900011b8f016b00000000a48d0b00000000001011121314151617'
            Values = 'Type=128 Code=0 Checksum=18385 Identifier=7929 SequenceNumber=1 Data=1b8f016b00000000a48d0b00000000001011121314151617'
        }
        @{
            Format = 'ntp'
            Source = 'captured: chronyd asks'
            Bytes  = "23000620$('00' * 36)724fafe87daa16ef"
            Values = 'LI=0 VN=4 Mode=3 Stratum=0 Poll=6 Precision=32 RootDelay=0 RootDispersion=0 ReferenceID=00000000 ReferenceTimestamp=0 OriginTimestamp=0 ReceiveTimestamp=0 TransmitTimestamp=8236995656559498991 ExtensionField1='
        }
        @{
            Format = 'ntp'
            Source = 'captured: chronyd answers'
            Bytes  = '240806e600000000000000007f7f0101eeac0e0bfa216469724fafe87daa16efeeac0e0d50483abdeeac0e0d504ef976'
            Values = 'LI=0 VN=4 Mode=4 Stratum=8 Poll=6 Precision=-26 RootDelay=0 RootDispersion=0 ReferenceID=7F7F0101 ReferenceTimestamp=17198136521625003113 OriginTimestamp=8236995656559498991 ReceiveTimestamp=17198136527365356221 TransmitTimestamp=17198136527365798262 ExtensionField1='
        }
        @{
            Format = 'ntp'
            Source = 'captured: chronyd answers, and signs it with MD5'
            Bytes  = '240806e600000000000000007f7f0101eeac0ccedb649736b31081e471407019eeac0cd0691cfccbeeac0cd0692416aa0000000af52acdd022c75143cf9e5f6565c63da4'
            Values = 'LI=0 VN=4 Mode=4 Stratum=8 Poll=6 Precision=-26 RootDelay=0 RootDispersion=0 ReferenceID=7F7F0101 ReferenceTimestamp=17198135159604680502 OriginTimestamp=12902955750569046041 ReceiveTimestamp=17198135166277319883 TransmitTimestamp=17198135166277785258 ExtensionField1=0000000af52acdd022c75143cf9e5f6565c63da4'
        }
        @{
            Format = 'sntp'
            Source = 'captured: chronyd answers, and signs it with MD5'
            Bytes  = '240806e600000000000000007f7f0101eeac0ccedb649736b31081e471407019eeac0cd0691cfccbeeac0cd0692416aa0000000af52acdd022c75143cf9e5f6565c63da4'
            Values = 'LI=0 VN=4 Mode=4 Stratum=8 Poll=6 Precision=-26 RootDelay=0 RootDispersion=0 ReferenceIdentifier=7F7F0101 ReferenceTimestamp=17198135159604680502 OriginateTimestamp=12902955750569046041 ReceiveTimestamp=17198135166277319883 TransmitTimestamp=17198135166277785258 KeyIdentifier=10 MessageDigest=F52ACDD022C75143CF9E5F6565C63DA4'
        }
        @{
            Format = 'dns-header'
            Source = 'captured: dig asks'
            Bytes  = 'd17801200001000000000000'
            Values = 'ID=53624 QR=0 Opcode=0 AA=0 TC=0 RD=1 RA=0 Z=2 RCODE=0 QDCOUNT=1 ANCOUNT=0 NSCOUNT=0 ARCOUNT=0'
        }
        @{
            Format = 'dns-header'
            Source = 'captured: dnsmasq answers'
            Bytes  = 'd17885800001000100000000'
            Values = 'ID=53624 QR=1 Opcode=0 AA=1 TC=0 RD=1 RA=1 Z=0 RCODE=0 QDCOUNT=1 ANCOUNT=1 NSCOUNT=0 ARCOUNT=0'
        }
        @{
            Format = 'dns-question'
            Source = 'captured: dig asks'
            Bytes  = '077072696e746572076578616d706c650000010001'
            Values = 'QNAME=077072696e746572076578616d706c6500 QTYPE=1 QCLASS=1'
        }
        @{
            Format = 'dns-record'
            Source = 'captured: dnsmasq answers with an IPv4 address'
            Bytes  = 'c00c00010001000000000004c0000207'
            Values = 'NAME=C00C TYPE=1 CLASS=1 TTL=0 RDLENGTH=4 RDATA=c0000207'
        }
        @{
            Format = 'dns-record'
            Source = 'captured: dnsmasq answers with an IPv6 address'
            Bytes  = "c00c001c000100000000001020010db8$('00' * 11)07"
            Values = 'NAME=C00C TYPE=28 CLASS=1 TTL=0 RDLENGTH=16 RDATA=20010db8000000000000000000000007'
        }
        @{
            Format = 'dns-pointer'
            Source = 'captured: dnsmasq answers'
            Bytes  = 'c00c'
            Values = '11=3 OFFSET=12'
        }
        @{
            Format = 'tftp-request'
            Source = 'captured: tftp'
            Bytes  = '000168656c6c6f2e747874006e6574617363696900'
            Values = 'Opcode=1 Filename=hello.txt 0=0 Mode=netascii 02=0'
        }
        @{
            Format = 'tftp-data'
            Source = 'captured: in.tftpd'
            Bytes  = '0003000148656c6c6f2066726f6d20544654500d0a'
            Values = 'Opcode=3 Block=1 Data=48656c6c6f2066726f6d20544654500d0a'
        }
        @{
            Format = 'tftp-ack'
            Source = 'captured: tftp'
            Bytes  = '00040001'
            Values = 'Opcode=4 Block=1'
        }
        @{
            Format = 'tftp-error'
            Source = 'captured: in.tftpd'
            Bytes  = '0005000146696c65206e6f7420666f756e6400'
            Values = 'Opcode=5 ErrorCode=1 ErrMsg=File not found 0=0'
        }
        @{
            Format = 'rtp'
            Source = 'RFC 7714, section 16'
            Bytes  = '8040f17b8041f8d35501a0b2'
            Values = 'V2=2 P=0 X=0 CC=0 M=0 PT=64 SequenceNumber=61819 Timestamp=2151807187 SynchronizationSourceSSRCIdentifier=1426170034 ContributingSourceCSRCIdentifiers='
        }
        @{
            Format = 'dhcp'
            Source = 'captured: udhcpc asks'
            Bytes  = "010106009d08a65e0003$('00' * 18)32ccb844f12a$('00' * 202)638253633501013902024037070103060c0f1c2a3c0c756468637020312e33352e303d070132ccb844f12aff$('00' * 20)"
            Values = 'Op=1 Htype=1 Hlen=6 Hops=0 Xid=2634589790 Secs=3 Flags=0 Ciaddr=0.0.0.0 Yiaddr=0.0.0.0 Siaddr=0.0.0.0 Giaddr=0.0.0.0 Chaddr=32CCB844F12A00000000000000000000 Sname= File= Options=638253633501013902024037070103060c0f1c2a3c0c756468637020312e33352e303d070132ccb844f12aff0000000000000000000000000000000000000000'
        }
        @{
            Format = 'dhcp'
            Source = 'captured: dnsmasq offers'
            Bytes  = "020106009d08a65e00000000000000000a0900330a0900010000000032ccb844f12a$('00' * 202)6382536335010236040a090001330400000e103a04000007083b0400000c4e0104ffffff001c040a0900ff03040a090001ff$('00' * 14)"
            Values = 'Op=2 Htype=1 Hlen=6 Hops=0 Xid=2634589790 Secs=0 Flags=0 Ciaddr=0.0.0.0 Yiaddr=10.9.0.51 Siaddr=10.9.0.1 Giaddr=0.0.0.0 Chaddr=32CCB844F12A00000000000000000000 Sname= File= Options=6382536335010236040a090001330400000e103a04000007083b0400000c4e0104ffffff001c040a0900ff03040a090001ff0000000000000000000000000000'
        }
        @{
            Format = 'dhcp'
            Source = 'captured: dnsmasq 2.90 acknowledges'
            Bytes  = '020106005f18fd7600000000000000000a09013c0a0901010000000036adcf668691000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000006382536335010536040a090101330400000e103a04000007083b0400000c4e0104ffffff001c040a0901ff03040a090101ff0000000000000000000000000000'
            Values = 'Op=2 Htype=1 Hlen=6 Hops=0 Xid=1595473270 Secs=0 Flags=0 Ciaddr=0.0.0.0 Yiaddr=10.9.1.60 Siaddr=10.9.1.1 Giaddr=0.0.0.0 Chaddr=36ADCF66869100000000000000000000 Sname= File= Options=6382536335010536040a090101330400000e103a04000007083b0400000c4e0104ffffff001c040a0901ff03040a090101ff0000000000000000000000000000'
        }
        @{
            Format = 'radius'
            Source = 'RFC 2865, section 7.1'
            Bytes  = '010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003'
            Values = 'Code=1 Identifier=0 Length=56 Authenticator=0F403F9473978057BD83D5CB98F4227A Attributes=01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003'
        }
        @{
            Format = 'radius-attribute'
            Source = 'RFC 2865, section 7.1'
            Bytes  = '01066e656d6f'
            Values = 'Type=1 Length=6 Value=6e656d6f'
        }
        @{
            Format = 'stun'
            Source = 'RFC 5769, section 2.2'
            Bytes  = '0101003c2112a442b7e7a701bc34d686fa87dfae'
            Values = '00=0 STUNMessageType=257 MessageLength=60 MagicCookie=554869826 TransactionID=B7E7A701BC34D686FA87DFAE'
        }
        @{
            Format = 'stun-attribute'
            Source = 'RFC 5769, section 2.2, without its padding'
            Bytes  = '8022000b7465737420766563746f72'
            Values = 'Type=32802 Length=11 Value=7465737420766563746f72'
        }
        @{
            Format = 'stun-xor-mapped-address'
            Source = 'RFC 5769, section 2.2'
            Bytes  = '0001a147e112a643'
            Values = '00000000=0 Family=1 XPort=41287 XAddress=e112a643'
        }
        @{
            Format = 'coap'
            Source = 'RFC 7252, figure 16'
            Bytes  = '60457d34ff32322e332043'
            Values = 'Ver=1 T=2 TKL=0 Code=69 MessageID=32052 Token= Options= 11111111=255 Payload=32322e332043'
        }
        @{
            Format = 'coap'
            Source = 'RFC 7252, figure 17'
            Bytes  = '61457d3520ff32322e332043'
            Values = 'Ver=1 T=2 TKL=1 Code=69 MessageID=32053 Token=20 Options= 11111111=255 Payload=32322e332043'
        }
        @{
            Format = 'websocket'
            Source = 'RFC 6455, section 5.7'
            Bytes  = '810548656c6c6f'
            Values = 'FIN=1 RSV1=0 RSV2=0 RSV3=0 Opcode=1 MASK=0 PayloadLen=5 ExtendedPayloadLength= MaskingKey= PayloadData=48656c6c6f'
        }
        @{
            Format = 'websocket'
            Source = 'RFC 6455, section 5.7, masked'
            Bytes  = '818537fa213d7f9f4d5158'
            Values = 'FIN=1 RSV1=0 RSV2=0 RSV3=0 Opcode=1 MASK=1 PayloadLen=5 ExtendedPayloadLength= MaskingKey=37fa213d PayloadData=7f9f4d5158'
        }
        @{
            Format = 'sctp-common'
            Source = 'a capture in the tests of gopacket, layers/decode_test.go'
            Bytes  = '270f22b83280fb42a1e3b231'
            Values = 'SourcePortNumber=9999 DestinationPortNumber=8888 VerificationTag=847313730 Checksum=2716054065'
        }
        @{
            Format = 'sctp-data'
            Source = 'a capture in the tests of gopacket, layers/decode_test.go'
            Bytes  = '00030019db856024000000010000000062697a7a6c65210a00'
            Values = 'Type0=0 Res=0 I=0 U=0 B=1 E=1 Length=25 TSN=3682951204 StreamIdentifierS=0 StreamSequenceNumberN=1 PayloadProtocolIdentifier=0 UserDataSeqNOfStreamS=62697a7a6c65210a00'
        }
        @{
            Format = 'http2-frame'
            Source = 'captured: curl sends its settings'
            Bytes  = '000012040000000000000300000064000402000000000200000000'
            Values = 'Length=18 Type=4 Flags=0 R=0 StreamIdentifier=0 FramePayload=000300000064000402000000000200000000'
        }
        @{
            Format = 'http2-frame'
            Source = 'captured: curl asks'
            Bytes  = '00001f010500000001828486418b089d5c0b8170dc0bc0783f7a8825b650c3abbcf2e153032a2f2a'
            Values = 'Length=31 Type=1 Flags=5 R=0 StreamIdentifier=1 FramePayload=828486418b089d5c0b8170dc0bc0783f7a8825b650c3abbcf2e153032a2f2a'
        }
        @{
            Format = 'vxlan'
            Source = 'captured: Linux, for network 5001'
            Bytes  = '0800000000138900'
            Values = 'R=0 R2=0 R3=0 R4=0 I=1 R5=0 R6=0 R7=0 Reserved=0 VXLANNetworkIdentifierVNI=5001 Reserved2=0'
        }
        @{
            Format = 'gre'
            Source = 'a capture in the tests of gopacket, layers/gre_test.go'
            Bytes  = '00000800'
            Values = 'C=0 Reserved0=0 Ver=0 ProtocolType=2048 Checksum= Reserved1='
        }
        @{
            Format = 'mqtt-fixed-header'
            Source = 'captured: curl connects'
            Bytes  = '101800044d5154540402003c000c6375726c3233323061646163'
            Values = 'PacketType=1 DUP=0 QoS=0 RET=0 RemainingLength=24 Rest=00044d5154540402003c000c6375726c3233323061646163'
        }
        @{
            Format = 'mqtt-fixed-header'
            Source = 'captured: curl publishes'
            Bytes  = '300a0003612f6268656c6c6f'
            Values = 'PacketType=3 DUP=0 QoS=0 RET=0 RemainingLength=10 Rest=0003612f6268656c6c6f'
        }
        @{
            Format = 'mqtt-fixed-header'
            Source = 'captured: curl leaves'
            Bytes  = 'e000'
            Values = 'PacketType=14 DUP=0 QoS=0 RET=0 RemainingLength=0 Rest='
        }
        @{
            Format = 'ethernet'
            Source = 'captured: Linux asks with ARP'
            Bytes  = 'ffffffffffff32ccb844f12a0806000108000604000132ccb844f12a0a0900020000000000000a090001'
            Values = 'Destination=FFFFFFFFFFFF Source=32CCB844F12A Type=2054 Data=000108000604000132ccb844f12a0a0900020000000000000a090001'
        }
        @{
            Format = 'arp'
            Source = 'captured: Linux asks'
            Bytes  = '000108000604000132ccb844f12a0a0900020000000000000a090001'
            Values = 'HardwareType=1 ProtocolType=2048 HardwareLength=6 ProtocolLength=4 Opcode=1 SenderHardwareAddress=32CCB844F12A SenderProtocolAddress=10.9.0.2 TargetHardwareAddress=000000000000 TargetProtocolAddress=10.9.0.1'
        }
        @{
            Format = 'arp'
            Source = 'captured: Linux answers'
            Bytes  = '0001080006040002d2ad4aac97930a09000132ccb844f12a0a090002'
            Values = 'HardwareType=1 ProtocolType=2048 HardwareLength=6 ProtocolLength=4 Opcode=2 SenderHardwareAddress=D2AD4AAC9793 SenderProtocolAddress=10.9.0.1 TargetHardwareAddress=32CCB844F12A TargetProtocolAddress=10.9.0.2'
        }
        @{
            Format = 'stun-message'
            Source = 'RFC 5769, section 2.1'
            Bytes  = '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf'
            Values = 'Zero=0 Type=1 Length=88 MagicCookie=2112A442 TransactionID=B7E7A701BC34D686FA87DFAE Attributes=(Type=SOFTWARE Length=16 Value=5354554e207465737420636c69656e74 Pad=) (Type=PRIORITY Length=4 Value=6e0001ff Pad=) (Type=ICE-CONTROLLED Length=8 Value=932ff9b151263b36 Pad=) (Type=USERNAME Length=9 Value=6576746a3a68367659 Pad=202020) (Type=MESSAGE-INTEGRITY Length=20 Value=9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 Pad=) (Type=FINGERPRINT Length=4 Value=e57a3bcf Pad=)'
        }
        @{
            Format = 'stun-message'
            Source = 'RFC 5769, section 2.2'
            Bytes  = '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96'
            Values = 'Zero=0 Type=257 Length=60 MagicCookie=2112A442 TransactionID=B7E7A701BC34D686FA87DFAE Attributes=(Type=SOFTWARE Length=11 Value=7465737420766563746f72 Pad=20) (Type=XOR-MAPPED-ADDRESS Length=8 Value=0001a147e112a643 Pad=) (Type=MESSAGE-INTEGRITY Length=20 Value=2b91f599fd9e90c38c7489f92af9ba53f06be7d7 Pad=) (Type=FINGERPRINT Length=4 Value=c07d4c96 Pad=)'
        }
        @{
            Format = 'stun-message'
            Source = 'RFC 5769, section 2.3'
            Bytes  = '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c'
            Values = 'Zero=0 Type=257 Length=72 MagicCookie=2112A442 TransactionID=B7E7A701BC34D686FA87DFAE Attributes=(Type=SOFTWARE Length=11 Value=7465737420766563746f72 Pad=20) (Type=XOR-MAPPED-ADDRESS Length=20 Value=0002a1470113a9faa5d3f179bc25f4b5bed2b9d9 Pad=) (Type=MESSAGE-INTEGRITY Length=20 Value=a382954e4be67bf11784c97c8292c275bfe3ed41 Pad=) (Type=FINGERPRINT Length=4 Value=c8fb0b4c Pad=)'
        }
        @{
            Format = 'stun-message'
            Source = 'RFC 5769, section 2.4'
            Bytes  = '000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666'
            Values = 'Zero=0 Type=1 Length=96 MagicCookie=2112A442 TransactionID=78AD3433C6AD72C029DA412E Attributes=(Type=USERNAME Length=18 Value=e3839ee38388e383aae38383e382afe382b9 Pad=0000) (Type=NONCE Length=28 Value=662f2f3439396b39353464364f4c33346f4c39465354767936347341 Pad=) (Type=REALM Length=11 Value=6578616d706c652e6f7267 Pad=00) (Type=MESSAGE-INTEGRITY Length=20 Value=f67024656dd64a3e02b8e0712e85c9a28ca89666 Pad=)'
        }
        @{
            Format = 'tcp-options'
            Source = 'made after RFC 9293, section 3.2: the end of the options, and padding'
            Bytes  = '020405b400000000'
            Values = 'Options=(Kind=MSS Length=4 Value=05b4 Padding=) (Kind=END Length= Value= Padding=000000)'
        }
        @{
            Format = 'tcp-options'
            Source = 'captured: curl connects'
            Bytes  = '0204ffd70402080a616abc8a000000000103030a'
            Values = 'Options=(Kind=MSS Length=4 Value=ffd7 Padding=) (Kind=SackPermitted Length=2 Value= Padding=) (Kind=Timestamps Length=10 Value=616abc8a00000000 Padding=) (Kind=NOP Length= Value= Padding=) (Kind=WindowScale Length=3 Value=0a Padding=)'
        }
        @{
            Format = 'tcp-options'
            Source = 'captured: bird 2.0.12 connects'
            Bytes  = '020405b40402080a4b3f237b000000000103030a'
            Values = 'Options=(Kind=MSS Length=4 Value=05b4 Padding=) (Kind=SackPermitted Length=2 Value= Padding=) (Kind=Timestamps Length=10 Value=4b3f237b00000000 Padding=) (Kind=NOP Length= Value= Padding=) (Kind=WindowScale Length=3 Value=0a Padding=)'
        }
        @{
            Format = 'dhcp-options'
            Source = 'captured: dnsmasq 2.90 acknowledges'
            Bytes  = '6382536335010536040a090101330400000e103a04000007083b0400000c4e0104ffffff001c040a0901ff03040a090101ff0000000000000000000000000000'
            Values = 'Cookie=63825363 Options=(Code=MessageType Length=1 Value=05 Padding=) (Code=ServerIdentifier Length=4 Value=0a090101 Padding=) (Code=LeaseTime Length=4 Value=00000e10 Padding=) (Code=58 Length=4 Value=00000708 Padding=) (Code=59 Length=4 Value=00000c4e Padding=) (Code=SubnetMask Length=4 Value=ffffff00 Padding=) (Code=28 Length=4 Value=0a0901ff Padding=) (Code=Router Length=4 Value=0a090101 Padding=) (Code=End Length= Value= Padding=0000000000000000000000000000)'
        }
        @{
            Format = 'dhcp-options'
            Source = 'captured: udhcpc 1.35 asks for an address'
            Bytes  = '6382536335010332040a09013c36040a0901013902024037070103060c0f1c2a3c0c756468637020312e33352e303d070136adcf668691ff0000000000000000'
            Values = 'Cookie=63825363 Options=(Code=MessageType Length=1 Value=03 Padding=) (Code=RequestedAddress Length=4 Value=0a09013c Padding=) (Code=ServerIdentifier Length=4 Value=0a090101 Padding=) (Code=MaximumSize Length=2 Value=0240 Padding=) (Code=ParameterList Length=7 Value=0103060c0f1c2a Padding=) (Code=VendorClass Length=12 Value=756468637020312e33352e30 Padding=) (Code=ClientIdentifier Length=7 Value=0136adcf668691 Padding=) (Code=End Length= Value= Padding=0000000000000000)'
        }
        @{
            Format = 'bgp'
            Source = 'captured: bird 2.0.12 opens'
            Bytes  = 'ffffffffffffffffffffffffffffffff00350104fdea00f0c000020218021601040001000102004002007841040000fdea46004700'
            Values = 'Marker=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF Length=53 Type=OPEN Body=(Version=4 AS=65002 HoldTime=240 Identifier=192.0.2.2 ParametersLength=24 Parameters=(Type=2 Length=22 Value=01040001000102004002007841040000fdea46004700))'
        }
        @{
            Format = 'bgp'
            Source = 'captured: bird 2.0.12 keeps alive'
            Bytes  = 'ffffffffffffffffffffffffffffffff001304'
            Values = 'Marker=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF Length=19 Type=KEEPALIVE Body='
        }
        @{
            Format = 'bgp'
            Source = 'captured: bird 2.0.12 announces two prefixes'
            Bytes  = 'ffffffffffffffffffffffffffffffff003402000000144001010040020602010000fde94003040a09010118c6336419cb007180'
            Values = 'Marker=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF Length=52 Type=UPDATE Body=(WithdrawnLength=0 Withdrawn= AttributesLength=20 Attributes=(Flags=Transitive Type=ORIGIN Length=1 LongLength= Value=00) (Flags=Transitive Type=AS_PATH Length=6 LongLength= Value=02010000fde9) (Flags=Transitive Type=NEXT_HOP Length=4 LongLength= Value=0a090101) Reachable=(Bits=24 Prefix=c63364) (Bits=25 Prefix=cb007180))'
        }
        @{
            Format = 'bgp'
            Source = 'captured: bird 2.0.12 stops'
            Bytes  = 'ffffffffffffffffffffffffffffffff0015030602'
            Values = 'Marker=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF Length=21 Type=NOTIFICATION Body=(Code=6 Subcode=2 Data=)'
        }
        @{
            Format = 'diameter'
            Source = 'captured: freeDiameter 1.2.1 asks for capabilities'
            Bytes  = '01000098800001010000000016034412d2b080150000010840000011612e6578616d706c65000000000001284000000f6578616d706c6500000001164000000c6b08ed2b000001014000000e00010a09010100000000010a4000000c000000000000010d00000014667265654469616d657465720000010b0000000c000027d90000012b4000000c00000000000001024000000cffffffff'
            Values = 'Version=1 Length=152 Flags=Request CommandCode=257 ApplicationId=0 HopByHop=369312786 EndToEnd=3534782485 AVPs=(Code=OriginHost Flags=Mandatory Length=17 VendorId= Data=612e6578616d706c65 Pad=000000) (Code=OriginRealm Flags=Mandatory Length=15 VendorId= Data=6578616d706c65 Pad=00) (Code=OriginStateId Flags=Mandatory Length=12 VendorId= Data=6b08ed2b Pad=) (Code=HostIPAddress Flags=Mandatory Length=14 VendorId= Data=00010a090101 Pad=0000) (Code=VendorId Flags=Mandatory Length=12 VendorId= Data=00000000 Pad=) (Code=ProductName Flags= Length=20 VendorId= Data=667265654469616d65746572 Pad=) (Code=FirmwareRevision Flags= Length=12 VendorId= Data=000027d9 Pad=) (Code=InbandSecurityId Flags=Mandatory Length=12 VendorId= Data=00000000 Pad=) (Code=AuthApplicationId Flags=Mandatory Length=12 VendorId= Data=ffffffff Pad=)'
        }
        @{
            Format = 'diameter'
            Source = 'captured: freeDiameter 1.2.1 answers'
            Bytes  = '01000098000001010000000016034412d2b080150000010c4000000c000007d10000010840000011622e6578616d706c65000000000001284000000f6578616d706c6500000001164000000c6b08ed2b000001014000000e00010a09010200000000010a4000000c000000000000010d00000014667265654469616d657465720000010b0000000c000027d9000001024000000cffffffff'
            Values = 'Version=1 Length=152 Flags= CommandCode=257 ApplicationId=0 HopByHop=369312786 EndToEnd=3534782485 AVPs=(Code=ResultCode Flags=Mandatory Length=12 VendorId= Data=000007d1 Pad=) (Code=OriginHost Flags=Mandatory Length=17 VendorId= Data=622e6578616d706c65 Pad=000000) (Code=OriginRealm Flags=Mandatory Length=15 VendorId= Data=6578616d706c65 Pad=00) (Code=OriginStateId Flags=Mandatory Length=12 VendorId= Data=6b08ed2b Pad=) (Code=HostIPAddress Flags=Mandatory Length=14 VendorId= Data=00010a090102 Pad=0000) (Code=VendorId Flags=Mandatory Length=12 VendorId= Data=00000000 Pad=) (Code=ProductName Flags= Length=20 VendorId= Data=667265654469616d65746572 Pad=) (Code=FirmwareRevision Flags= Length=12 VendorId= Data=000027d9 Pad=) (Code=AuthApplicationId Flags=Mandatory Length=12 VendorId= Data=ffffffff Pad=)'
        }
        @{
            Format = 'tls-record'
            Source = 'captured: openssl s_client 3.0.22 begins'
            Bytes  = '1603010136010001320303be7baa80e20dcaa9f6cc91bc95ea9dacf2ee6564fa036a78f96df7a6757d24f420ec23f4f41b6022939f84cc2be03b30713868aa8b7c7197cc769c63a08c69897e003e130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000ab0000000e000c0000096c6f63616c686f7374000b000403000102000a00160014001d0017001e0019001801000101010201030104002300000016000000170000000d002a0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602002b0009080304030303020301002d00020101003300260024001d0020e8ee57373751b2d5b60bcdb5dae94a4045f1ec4797829f59413e1e5ca5e5b963'
            Values = 'Type=Handshake Version=769 Length=310 Fragment=010001320303be7baa80e20dcaa9f6cc91bc95ea9dacf2ee6564fa036a78f96df7a6757d24f420ec23f4f41b6022939f84cc2be03b30713868aa8b7c7197cc769c63a08c69897e003e130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000ab0000000e000c0000096c6f63616c686f7374000b000403000102000a00160014001d0017001e0019001801000101010201030104002300000016000000170000000d002a0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602002b0009080304030303020301002d00020101003300260024001d0020e8ee57373751b2d5b60bcdb5dae94a4045f1ec4797829f59413e1e5ca5e5b963'
        }
        @{
            Format = 'tls-record'
            Source = 'captured: openssl s_client 3.0.22 changes its cipher'
            Bytes  = '140303000101'
            Values = 'Type=ChangeCipherSpec Version=771 Length=1 Fragment=01'
        }
        @{
            Format = 'tls-handshake'
            Source = 'captured: openssl s_client 3.0.22 begins'
            Bytes  = '010001320303be7baa80e20dcaa9f6cc91bc95ea9dacf2ee6564fa036a78f96df7a6757d24f420ec23f4f41b6022939f84cc2be03b30713868aa8b7c7197cc769c63a08c69897e003e130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000ab0000000e000c0000096c6f63616c686f7374000b000403000102000a00160014001d0017001e0019001801000101010201030104002300000016000000170000000d002a0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602002b0009080304030303020301002d00020101003300260024001d0020e8ee57373751b2d5b60bcdb5dae94a4045f1ec4797829f59413e1e5ca5e5b963'
            Values = 'Type=ClientHello Length=306 Body=0303be7baa80e20dcaa9f6cc91bc95ea9dacf2ee6564fa036a78f96df7a6757d24f420ec23f4f41b6022939f84cc2be03b30713868aa8b7c7197cc769c63a08c69897e003e130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000ab0000000e000c0000096c6f63616c686f7374000b000403000102000a00160014001d0017001e0019001801000101010201030104002300000016000000170000000d002a0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602002b0009080304030303020301002d00020101003300260024001d0020e8ee57373751b2d5b60bcdb5dae94a4045f1ec4797829f59413e1e5ca5e5b963'
        }
        @{
            Format = 'tls-handshake'
            Source = 'captured: openssl s_server 3.0.22 answers'
            Bytes  = '0200007603036d91068e90e9b8bbdc6d9255fde153cc2ecc80e8c57020fc163484bad7aab24520ec23f4f41b6022939f84cc2be03b30713868aa8b7c7197cc769c63a08c69897e130200002e002b0002030400330024001d0020898aa6149fe7ac8693a85622175b43dd001ffd30a90049f30956680501895878'
            Values = 'Type=ServerHello Length=118 Body=03036d91068e90e9b8bbdc6d9255fde153cc2ecc80e8c57020fc163484bad7aab24520ec23f4f41b6022939f84cc2be03b30713868aa8b7c7197cc769c63a08c69897e130200002e002b0002030400330024001d0020898aa6149fe7ac8693a85622175b43dd001ffd30a90049f30956680501895878'
        }
        @{
            Format = 'quic-long-header'
            Source = 'RFC 9001, appendix A.2: the unprotected header'
            Bytes  = 'c300000001088394c8f03e5157080000449e00000002'
            Values = 'HeaderForm=1 FixedBit=1 Type=Initial TypeSpecificBits=3 Version=1 DestinationLength=8 Destination=8394C8F03E515708 SourceLength=0 Source= TokenLength=0 Token= Length=1182 Payload=00000002'
        }
        @{
            Format = 'coap-message'
            Source = 'RFC 7252, figure 16: the request'
            Bytes  = '40017d34bb74656d7065726174757265'
            Values = 'Version=1 Type=CON TokenLength=0 Class=0 Detail=1 MessageID=32052 Token= Options=(Delta=11 Length=11 Delta8= Delta16= Length8= Length16= Value=74656d7065726174757265 Payload=)'
        }
        @{
            Format = 'coap-message'
            Source = 'RFC 7252, figure 16: the response'
            Bytes  = '60457d34ff32322e332043'
            Values = 'Version=1 Type=ACK TokenLength=0 Class=2 Detail=5 MessageID=32052 Token= Options=(Delta=15 Length=15 Delta8= Delta16= Length8= Length16= Value= Payload=32322e332043)'
        }
        @{
            Format = 'coap-message'
            Source = 'captured: coap-client 4.3.1 asks'
            Bytes  = '4101dc7f01bb2e77656c6c2d6b6e6f776e04636f7265'
            Values = 'Version=1 Type=CON TokenLength=1 Class=0 Detail=1 MessageID=56447 Token=01 Options=(Delta=11 Length=11 Delta8= Delta16= Length8= Length16= Value=2e77656c6c2d6b6e6f776e Payload=) (Delta=0 Length=4 Delta8= Delta16= Length8= Length16= Value=636f7265 Payload=)'
        }
        @{
            Format = 'coap-message'
            Source = 'captured: coap-client 4.3.1 puts, with a long option'
            Bytes  = '4103199a01b773656e736f72730b74656d70657261747572654c756e69743d63656c736975730d17766572792d6c6f6e672d71756572792d706172616d657465723d30313233343536373839ff32312e352064656772656573'
            Values = 'Version=1 Type=CON TokenLength=1 Class=0 Detail=3 MessageID=6554 Token=01 Options=(Delta=11 Length=7 Delta8= Delta16= Length8= Length16= Value=73656e736f7273 Payload=) (Delta=0 Length=11 Delta8= Delta16= Length8= Length16= Value=74656d7065726174757265 Payload=) (Delta=4 Length=12 Delta8= Delta16= Length8= Length16= Value=756e69743d63656c73697573 Payload=) (Delta=0 Length=13 Delta8= Delta16= Length8=23 Length16= Value=766572792d6c6f6e672d71756572792d706172616d657465723d30313233343536373839 Payload=) (Delta=15 Length=15 Delta8= Delta16= Length8= Length16= Value= Payload=32312e352064656772656573)'
        }
        @{
            Format = 'coap-message'
            Source = 'captured: coap-server 4.3.1 answers'
            Bytes  = '6184199a01ff4e6f7420466f756e64'
            Values = 'Version=1 Type=ACK TokenLength=1 Class=4 Detail=4 MessageID=6554 Token=01 Options=(Delta=15 Length=15 Delta8= Delta16= Length8= Length16= Value= Payload=4e6f7420466f756e64)'
        }
        @{
            Format = 'mqtt-packet'
            Source = 'captured: mosquitto_sub 2.0.11 connects'
            Bytes  = '102400044d51545404c2003c000672656164657200046e656d6f000a61726374616e67656e74'
            Values = 'Type=CONNECT DUP=False QoS=0 Retain=False Length=36 TopicLength= Topic= PacketId= Payload= Body=(ProtocolLength=4 Protocol=MQTT Level=4 Flags=CleanSession, Password, UserName KeepAlive=60 ClientLength=6 Client=reader WillTopicLength= WillTopic= WillMessageLength= WillMessage= UserLength=4 User=nemo SecretLength=10 Secret=61726374616e67656e74)'
        }
        @{
            Format = 'mqtt-packet'
            Source = 'captured: mosquitto 2.0.11 accepts'
            Bytes  = '20020000'
            Values = 'Type=CONNACK DUP=False QoS=0 Retain=False Length=2 TopicLength= Topic= PacketId= Payload= Body=(SessionPresent=0 Code=0)'
        }
        @{
            Format = 'mqtt-packet'
            Source = 'captured: mosquitto_sub 2.0.11 subscribes'
            Bytes  = '821800010013686f7573652f2b2f74656d706572617475726501'
            Values = 'Type=SUBSCRIBE DUP=False QoS=1 Retain=False Length=24 TopicLength= Topic= PacketId= Payload= Body=(PacketId=1 Filters=(Length=19 Filter=house/+/temperature QoS=1))'
        }
        @{
            Format = 'mqtt-packet'
            Source = 'captured: mosquitto 2.0.11 acknowledges a subscription'
            Bytes  = '9003000101'
            Values = 'Type=SUBACK DUP=False QoS=0 Retain=False Length=3 TopicLength= Topic= PacketId= Payload= Body=(PacketId=1 Codes=01)'
        }
        @{
            Format = 'mqtt-packet'
            Source = 'captured: mosquitto_pub 2.0.11 connects with a will'
            Bytes  = '102c00044d5154540406003c00067772697465720013686f7573652f6b69746368656e2f737461746500036f6666'
            Values = 'Type=CONNECT DUP=False QoS=0 Retain=False Length=44 TopicLength= Topic= PacketId= Payload= Body=(ProtocolLength=4 Protocol=MQTT Level=4 Flags=CleanSession, Will KeepAlive=60 ClientLength=6 Client=writer WillTopicLength=19 WillTopic=house/kitchen/state WillMessageLength=3 WillMessage=6f6666 UserLength= User= SecretLength= Secret=)'
        }
        @{
            Format = 'mqtt-packet'
            Source = 'captured: mosquitto_pub 2.0.11 publishes'
            Bytes  = '32210019686f7573652f6b69746368656e2f74656d7065726174757265000132312e35'
            Values = 'Type=PUBLISH DUP=False QoS=1 Retain=False Length=33 TopicLength=25 Topic=house/kitchen/temperature PacketId=1 Payload=32312e35 Body='
        }
        @{
            Format = 'mqtt-packet'
            Source = 'captured: mosquitto_pub 2.0.11 leaves'
            Bytes  = 'e000'
            Values = 'Type=DISCONNECT DUP=False QoS=0 Retain=False Length=0 TopicLength= Topic= PacketId= Payload= Body='
        }
        @{
            Format = 'modbus-tcp'
            Source = 'captured: pymodbus 3.0.0 asks for three registers'
            Bytes  = '0001000000061103006b0003'
            Values = 'TransactionId=1 ProtocolId=0 Length=6 UnitId=17 Function=3 Data=006b0003'
        }
        @{
            Format = 'modbus-tcp'
            Source = 'captured: pymodbus 3.0.0 answers'
            Bytes  = '000100000009110306001100110011'
            Values = 'TransactionId=1 ProtocolId=0 Length=9 UnitId=17 Function=3 Data=06001100110011'
        }
        @{
            Format = 'wireguard-initiation'
            Source = 'captured: wireguard-go 0.0.20220316'
            Bytes  = '01000000785dca2f9cfa363c6d453cae3fba665c2bc01f59e146a5b820a0d2700cf8af3b09948a64a30dd15e26dc5e0f30766aa74001f8a41393837a7b48fd6b1b16b5ff52809c47d0c9e957932c35cb89e274006f65f1553c57749d3ac46aff9271de74c95fc20749254b8865d930c0002492fa66b3460c3e6d6fb7a1b88c9fcd36b5a700000000000000000000000000000000'
            Values = 'Type=1 Reserved=0 Sender=801791352 Ephemeral=9CFA363C6D453CAE3FBA665C2BC01F59E146A5B820A0D2700CF8AF3B09948A64 Static=A30DD15E26DC5E0F30766AA74001F8A41393837A7B48FD6B1B16B5FF52809C47D0C9E957932C35CB89E274006F65F155 Timestamp=3C57749D3AC46AFF9271DE74C95FC20749254B8865D930C0002492FA Mac1=66B3460C3E6D6FB7A1B88C9FCD36B5A7 Mac2=00000000000000000000000000000000'
        }
        @{
            Format = 'ipfix'
            Source = 'captured: softflowd 1.1.0'
            Bytes  = '000a01c46b08ee2a0000000200000000000200480400001000080004000c000400160004001500040001000400020004000a0004000e0004003d00010088000100070002000b00020004000100060001003c000100050001000200400401000e00080004000c000400160004001500040001000400020004000a0004000e0004003d0001008800010020000200040001003c0001000500010002004808000010001b0010001c001000160004001500040001000400020004000a0004000e0004003d00010088000100070002000b00020004000100060001003c000100050001000200400801000e001b0010001c001000160004001500040001000400020004000a0004000e0004003d000100880001008b000200040001003c00010005000100030022010000060001008f000400a00008013100040132000401300002005200100100002a00007757000001a21ae25696000000010000000000016361702f74776f2e7063617000000000040000587f0000017f000001fffbcf17fffbcf1700000055000000010000000000000000000191910489110004007f0000017f000001fffbcf17fffbcf170000005c00000001000000000000000000010489919111000400'
            Values = 'Version=10 Length=452 ExportTime=2026-11-27T02:42:50.0000000Z SequenceNumber=2 ObservationDomainId=0 Sets=(SetId=2 Length=72 Data=0400001000080004000c000400160004001500040001000400020004000a0004000e0004003d00010088000100070002000b00020004000100060001003c000100050001) (SetId=2 Length=64 Data=0401000e00080004000c000400160004001500040001000400020004000a0004000e0004003d0001008800010020000200040001003c000100050001) (SetId=2 Length=72 Data=08000010001b0010001c001000160004001500040001000400020004000a0004000e0004003d00010088000100070002000b00020004000100060001003c000100050001) (SetId=2 Length=64 Data=0801000e001b0010001c001000160004001500040001000400020004000a0004000e0004003d000100880001008b000200040001003c000100050001) (SetId=3 Length=34 Data=010000060001008f000400a0000801310004013200040130000200520010) (SetId=256 Length=42 Data=00007757000001a21ae25696000000010000000000016361702f74776f2e7063617000000000) (SetId=1024 Length=88 Data=7f0000017f000001fffbcf17fffbcf1700000055000000010000000000000000000191910489110004007f0000017f000001fffbcf17fffbcf170000005c00000001000000000000000000010489919111000400)'
        }
        @{
            Format = 'vxlan-udp'
            Source = 'captured: ping through VXLAN'
            Bytes  = '0800000000138900eee597375a4fc2437fc35f11080045000054eca90000400179e90a0a00010a0a00020000cf0609720001188e016b0000000041ba0d0000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637'
            Values = 'R1=0 I=1 R2=0 Reserved1=0 VNI=5001 Reserved2=0 Destination=EEE597375A4F Source=C2437FC35F11 EtherType=2048 Data=45000054eca90000400179e90a0a00010a0a00020000cf0609720001188e016b0000000041ba0d0000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637'
        }
        @{
            Format = 'sctp-chunks'
            Source = 'a capture in the tests of gopacket, layers/decode_test.go: INIT'
            Bytes  = '01000024b696b09e0001c000000affffdb856023000c00060005000080000004c0000004'
            Values = 'Chunks=(Type=INIT Flags=0 Length=36 Value=b696b09e0001c000000affffdb856023000c00060005000080000004c0000004 Pad=)'
        }
        @{
            Format = 'sctp-chunks'
            Source = 'a capture in the tests of gopacket, layers/decode_test.go: COOKIE-ACK and SACK'
            Bytes  = '0b00000403000010db8560230000f3fa00000000'
            Values = 'Chunks=(Type=COOKIE-ACK Flags=0 Length=4 Value= Pad=) (Type=SACK Flags=0 Length=16 Value=db8560230000f3fa00000000 Pad=)'
        }
        @{
            Format = 'sctp-chunks'
            Source = 'a capture in the tests of gopacket, layers/decode_test.go: DATA with padding'
            Bytes  = '00030019db856024000000010000000062697a7a6c65210a00000000'
            Values = 'Chunks=(Type=DATA Flags=3 Length=25 Value=db856024000000010000000062697a7a6c65210a00 Pad=000000)'
        }
        @{
            Format = 'rpki-rtr'
            Source = 'captured: rtrclient 0.8.0 asks'
            Bytes  = '0102000000000008'
            Values = 'Version=1 Type=ResetQuery Session=0 Length=8 Body='
        }
        @{
            Format = 'rpki-rtr'
            Source = 'captured: stayrtr 0.5.1 sends an IPv6 prefix'
            Bytes  = '01060000000000200120300020010db80000000000000000000000000000fdea'
            Values = 'Version=1 Type=IPv6Prefix Session=0 Length=32 Body=0120300020010db80000000000000000000000000000fdea'
        }
        @{
            Format = 'rpki-rtr'
            Source = 'captured: stayrtr 0.5.1 sends an IPv4 prefix'
            Bytes  = '010400000000001401181800c00002000000fde9'
            Values = 'Version=1 Type=IPv4Prefix Session=0 Length=20 Body=01181800c00002000000fde9'
        }
        @{
            Format = 'rpki-rtr'
            Source = 'captured: stayrtr 0.5.1 ends'
            Bytes  = '01075560000000180000000000000e100000025800001c20'
            Values = 'Version=1 Type=EndOfData Session=21856 Length=24 Body=0000000000000e100000025800001c20'
        }
        @{
            Format = 'snmp'
            Source = 'captured: snmpget 5.9.3 asks for two values'
            Bytes  = '303702010104067075626c6963a02a020408c1fa8d020100020100301c300c06082b060102010101000500300c06082b060102010103000500'
            Values = 'Sequence=48 Length=55 Message=(VersionTag=2 VersionLength=1 Version=01 CommunityTag=4 CommunityLength=6 Community=public PduType=GetRequest PduLength=42 Pdu=(Tag=Integer Length=4 Value=08c1fa8d) (Tag=Integer Length=1 Value=00) (Tag=Integer Length=1 Value=00) (Tag=Sequence Length=28 Value=300c06082b060102010101000500300c06082b060102010103000500))'
        }
        @{
            Format = 'snmp'
            Source = 'captured: snmpd 5.9.3 answers'
            Bytes  = '303e02010104067075626c6963a231020408c1fa8d0201000201003023301106082b0601020101010004057465737473300e06082b06010201010300430200c7'
            Values = 'Sequence=48 Length=62 Message=(VersionTag=2 VersionLength=1 Version=01 CommunityTag=4 CommunityLength=6 Community=public PduType=Response PduLength=49 Pdu=(Tag=Integer Length=4 Value=08c1fa8d) (Tag=Integer Length=1 Value=00) (Tag=Integer Length=1 Value=00) (Tag=Sequence Length=35 Value=301106082b0601020101010004057465737473300e06082b06010201010300430200c7))'
        }
        @{
            Format = 'netflow5'
            Source = 'captured: softflowd 1.1.0'
            Bytes  = '00050002000000006b08ee291f9382e800000000000000007f0000017f00000100000000000000000000000100000055fffbd374fffbd374919104890000110000000000000000007f0000017f0000010000000000000000000000010000005cfffbd374fffbd37404899191000011000000000000000000'
            Values = 'Version=5 Count=2 SysUptime=0 Seconds=2026-11-27T02:42:49.0000000Z Nanoseconds=529761000 Sequence=0 EngineType=0 EngineId=0 SamplingMode=0 SamplingInterval=0 Flows=(Source=127.0.0.1 Destination=127.0.0.1 NextHop=0.0.0.0 Input=0 Output=0 Packets=1 Octets=85 First=4294693748 Last=4294693748 SourcePort=37265 DestinationPort=1161 Pad1=0 Flags= Protocol=UDP TypeOfService=0 SourceAS=0 DestinationAS=0 SourceMask=0 DestinationMask=0 Pad2=0) (Source=127.0.0.1 Destination=127.0.0.1 NextHop=0.0.0.0 Input=0 Output=0 Packets=1 Octets=92 First=4294693748 Last=4294693748 SourcePort=1161 DestinationPort=37265 Pad1=0 Flags= Protocol=UDP TypeOfService=0 SourceAS=0 DestinationAS=0 SourceMask=0 DestinationMask=0 Pad2=0)'
        }
        @{
            Format = 'netflow9'
            Source = 'captured: softflowd 1.1.0'
            Bytes  = '00090002000000006b08ee2a0000000100000000000000480400001000080004000c000400160004001500040001000400020004000a0004000e0004003d00010088000100070002000b00020004000100060001003c000100050001000000400401000e00080004000c000400160004001500040001000400020004000a0004000e0004003d0001008800010020000200040001003c0001000500010000004808000010001b0010001c001000160004001500040001000400020004000a0004000e0004003d00010088000100070002000b00020004000100060001003c000100050001000000400801000e001b0010001c001000160004001500040001000400020004000a0004000e0004003d000100880001008b000200040001003c0001000500010001001a01000004000c000200040022000400230001005200100100001d0000000000000001016361702f74776f2e7063617000000000040000597f0000017f000001fffbd149fffbd14900000055000000010000000000000000000191910489110004007f0000017f000001fffbd149fffbd1490000005c0000000100000000000000000001048991911100040000'
            Values = 'Version=9 Count=2 SysUptime=0 Seconds=2026-11-27T02:42:50.0000000Z Sequence=1 SourceId=0 Sets=(SetId=0 Length=72 Data=0400001000080004000c000400160004001500040001000400020004000a0004000e0004003d00010088000100070002000b00020004000100060001003c000100050001) (SetId=0 Length=64 Data=0401000e00080004000c000400160004001500040001000400020004000a0004000e0004003d0001008800010020000200040001003c000100050001) (SetId=0 Length=72 Data=08000010001b0010001c001000160004001500040001000400020004000a0004000e0004003d00010088000100070002000b00020004000100060001003c000100050001) (SetId=0 Length=64 Data=0801000e001b0010001c001000160004001500040001000400020004000a0004000e0004003d000100880001008b000200040001003c000100050001) (SetId=1 Length=26 Data=01000004000c00020004002200040023000100520010) (SetId=256 Length=29 Data=0000000000000001016361702f74776f2e7063617000000000) (SetId=1024 Length=89 Data=7f0000017f000001fffbd149fffbd14900000055000000010000000000000000000191910489110004007f0000017f000001fffbd149fffbd1490000005c0000000100000000000000000001048991911100040000)'
        }
        @{
            Format = 'dns-message'
            Source = 'captured: dig 9.18 asks, with a cookie'
            Bytes  = '58d401200001000000000001077072696e746572076578616d706c65000001000100002904d000000000000c000a0008210211f7b8f3dfdb'
            Values = 'ID=22740 QR=0 Opcode=QUERY AA=0 TC=0 RD=1 RA=0 Z=0 AD=1 CD=0 RCODE=NoError QDCOUNT=1 ANCOUNT=0 NSCOUNT=0 ARCOUNT=1 Questions=(Name=(Labels=(Kind=Label Length=7 Text=printer Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Type=A Class=IN) Answers= Authorities= Additionals=(Name=(Labels=(Kind=Label Length=0 Text= Offset=)) Type=OPT Class=1232 TTL=0 Length=12 Data=(Rest=000a0008210211f7b8f3dfdb))'
        }
        @{
            Format = 'dns-message'
            Source = 'captured: dnsmasq 2.90 answers with an IPv4 address'
            Bytes  = '58d485800001000100000001077072696e746572076578616d706c650000010001c00c00010001000000000004c000020700002904d0000000000000'
            Values = 'ID=22740 QR=1 Opcode=QUERY AA=1 TC=0 RD=1 RA=1 Z=0 AD=0 CD=0 RCODE=NoError QDCOUNT=1 ANCOUNT=1 NSCOUNT=0 ARCOUNT=1 Questions=(Name=(Labels=(Kind=Label Length=7 Text=printer Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Type=A Class=IN) Answers=(Name=(Labels=(Kind=Pointer Length= Text= Offset=12)) Type=A Class=IN TTL=0 Length=4 Data=(IP=192.0.2.7)) Authorities= Additionals=(Name=(Labels=(Kind=Label Length=0 Text= Offset=)) Type=OPT Class=1232 TTL=0 Length=0 Data=)'
        }
        @{
            Format = 'dns-message'
            Source = 'captured: dnsmasq 2.90 answers with an alias'
            Bytes  = '4e438580000100020000000105616c696173076578616d706c650000010001c00c0005000100000000000d03777777076578616d706c6500c02b00010001000000000004c000020800002904d0000000000000'
            Values = 'ID=20035 QR=1 Opcode=QUERY AA=1 TC=0 RD=1 RA=1 Z=0 AD=0 CD=0 RCODE=NoError QDCOUNT=1 ANCOUNT=2 NSCOUNT=0 ARCOUNT=1 Questions=(Name=(Labels=(Kind=Label Length=5 Text=alias Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Type=A Class=IN) Answers=(Name=(Labels=(Kind=Pointer Length= Text= Offset=12)) Type=CNAME Class=IN TTL=0 Length=13 Data=(Host=(Labels=(Kind=Label Length=3 Text=www Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)))) (Name=(Labels=(Kind=Pointer Length= Text= Offset=43)) Type=A Class=IN TTL=0 Length=4 Data=(IP=192.0.2.8)) Authorities= Additionals=(Name=(Labels=(Kind=Label Length=0 Text= Offset=)) Type=OPT Class=1232 TTL=0 Length=0 Data=)'
        }
        @{
            Format = 'dns-message'
            Source = 'captured: dnsmasq 2.90 answers with a mail exchanger'
            Bytes  = '756985800001000100000002076578616d706c6500000f0001c00c000f0001000000000010000a046d61696c076578616d706c6500c02700010001000000000004c000020900002904d0000000000000'
            Values = 'ID=30057 QR=1 Opcode=QUERY AA=1 TC=0 RD=1 RA=1 Z=0 AD=0 CD=0 RCODE=NoError QDCOUNT=1 ANCOUNT=1 NSCOUNT=0 ARCOUNT=2 Questions=(Name=(Labels=(Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Type=MX Class=IN) Answers=(Name=(Labels=(Kind=Pointer Length= Text= Offset=12)) Type=MX Class=IN TTL=0 Length=16 Data=(Preference=10 Host=(Labels=(Kind=Label Length=4 Text=mail Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)))) Authorities= Additionals=(Name=(Labels=(Kind=Pointer Length= Text= Offset=39)) Type=A Class=IN TTL=0 Length=4 Data=(IP=192.0.2.9)) (Name=(Labels=(Kind=Label Length=0 Text= Offset=)) Type=OPT Class=1232 TTL=0 Length=0 Data=)'
        }
        @{
            Format = 'dns-message'
            Source = 'captured: dnsmasq 2.90 answers with a service'
            Bytes  = '910285800001000100000002055f6d717474045f746370076578616d706c650000210001c00c0021000100000000001400050007075b046d61696c076578616d706c6500c03600010001000000000004c000020900002904d0000000000000'
            Values = 'ID=37122 QR=1 Opcode=QUERY AA=1 TC=0 RD=1 RA=1 Z=0 AD=0 CD=0 RCODE=NoError QDCOUNT=1 ANCOUNT=1 NSCOUNT=0 ARCOUNT=2 Questions=(Name=(Labels=(Kind=Label Length=5 Text=_mqtt Offset=) (Kind=Label Length=4 Text=_tcp Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Type=SRV Class=IN) Answers=(Name=(Labels=(Kind=Pointer Length= Text= Offset=12)) Type=SRV Class=IN TTL=0 Length=20 Data=(Priority=5 Weight=7 Port=1883 Host=(Labels=(Kind=Label Length=4 Text=mail Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)))) Authorities= Additionals=(Name=(Labels=(Kind=Pointer Length= Text= Offset=54)) Type=A Class=IN TTL=0 Length=4 Data=(IP=192.0.2.9)) (Name=(Labels=(Kind=Label Length=0 Text= Offset=)) Type=OPT Class=1232 TTL=0 Length=0 Data=)'
        }
        @{
            Format = 'dns-message'
            Source = 'captured: dnsmasq 2.90 answers with texts'
            Bytes  = 'cdd685800001000100000001076578616d706c650000100001c00c001000010000000000130b763d73706631202d616c6c067365636f6e6400002904d0000000000000'
            Values = 'ID=52694 QR=1 Opcode=QUERY AA=1 TC=0 RD=1 RA=1 Z=0 AD=0 CD=0 RCODE=NoError QDCOUNT=1 ANCOUNT=1 NSCOUNT=0 ARCOUNT=1 Questions=(Name=(Labels=(Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Type=TXT Class=IN) Answers=(Name=(Labels=(Kind=Pointer Length= Text= Offset=12)) Type=TXT Class=IN TTL=0 Length=19 Data=(Length=11 Text=v=spf1 -all) (Length=6 Text=second)) Authorities= Additionals=(Name=(Labels=(Kind=Label Length=0 Text= Offset=)) Type=OPT Class=1232 TTL=0 Length=0 Data=)'
        }
        @{
            Format = 'dns-message'
            Source = 'captured: dnsmasq 2.90 knows no such name'
            Bytes  = 'f07e81830001000000000001076e6f7768657265076578616d706c65000001000100002904d0000000000000'
            Values = 'ID=61566 QR=1 Opcode=QUERY AA=0 TC=0 RD=1 RA=1 Z=0 AD=0 CD=0 RCODE=NXDomain QDCOUNT=1 ANCOUNT=0 NSCOUNT=0 ARCOUNT=1 Questions=(Name=(Labels=(Kind=Label Length=7 Text=nowhere Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Type=A Class=IN) Answers= Authorities= Additionals=(Name=(Labels=(Kind=Label Length=0 Text= Offset=)) Type=OPT Class=1232 TTL=0 Length=0 Data=)'
        }
        @{
            Format = 'dns-message'
            Source = 'captured: dnsmasq 2.90 answers with the start of a zone'
            Bytes  = 'fdab85000001000100010001047a6f6e65076578616d706c650000060001047a6f6e65076578616d706c65000006000100000258003f036e7331047a6f6e65076578616d706c65000a686f73746d6173746572047a6f6e65076578616d706c650078c275f5000004b00000007800093a8000000258c01e00020001000002580012036e7331047a6f6e65076578616d706c650000002904d0000000000000'
            Values = 'ID=64939 QR=1 Opcode=QUERY AA=1 TC=0 RD=1 RA=0 Z=0 AD=0 CD=0 RCODE=NoError QDCOUNT=1 ANCOUNT=1 NSCOUNT=1 ARCOUNT=1 Questions=(Name=(Labels=(Kind=Label Length=4 Text=zone Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Type=SOA Class=IN) Answers=(Name=(Labels=(Kind=Label Length=4 Text=zone Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Type=SOA Class=IN TTL=600 Length=63 Data=(Host=(Labels=(Kind=Label Length=3 Text=ns1 Offset=) (Kind=Label Length=4 Text=zone Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Mailbox=(Labels=(Kind=Label Length=10 Text=hostmaster Offset=) (Kind=Label Length=4 Text=zone Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)) Serial=2026010101 Refresh=1200 Retry=120 Expire=604800 Minimum=600)) Authorities=(Name=(Labels=(Kind=Pointer Length= Text= Offset=30)) Type=NS Class=IN TTL=600 Length=18 Data=(Host=(Labels=(Kind=Label Length=3 Text=ns1 Offset=) (Kind=Label Length=4 Text=zone Offset=) (Kind=Label Length=7 Text=example Offset=) (Kind=Label Length=0 Text= Offset=)))) Additionals=(Name=(Labels=(Kind=Label Length=0 Text= Offset=)) Type=OPT Class=1232 TTL=0 Length=0 Data=)'
        }
    )
    $formats = foreach ($name in $fields.Keys) {
        @{ Format = $name; Fields = $fields[$name] }
    }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    $formatDirectory = (Resolve-Path -LiteralPath "$PSScriptRoot/../../examples/formats").ProviderPath

    function Get-ExampleFormat {
        param([Parameter(Mandatory, Position = 0)] [string] $Name)

        Get-Content -LiteralPath (Join-Path $formatDirectory "$Name.txt") | New-MessageFormat -Name $Name -ErrorAction Stop
    }

    function ConvertFrom-Hex {
        param([Parameter(Mandatory, Position = 0)] [AllowEmptyString()] [string] $Digits)

        Write-Output -InputObject ([Convert]::FromHexString($Digits)) -NoEnumerate
    }

    function ConvertTo-Hex {
        param([Parameter(Mandatory, Position = 0)] [AllowEmptyCollection()] [byte[]] $Bytes)

        [Convert]::ToHexString($Bytes).ToLowerInvariant()
    }

    # A message in one line, its bytes as hexadecimal digits.
    function Show-Message {
        param([Parameter(Mandatory, Position = 0)] [psobject] $Message)

        $values = foreach ($property in $Message.PSObject.Properties) {
            "$($property.Name)=$(Show-Value $property.Value)"
        }
        $values -join ' '
    }

    # A message within it in brackets.
    function Show-Value {
        param([Parameter(Position = 0)] [AllowNull()] [object] $Value)

        if ($Value -is [byte[]]) { ConvertTo-Hex $Value }
        elseif ($Value -is [PSSockets.BinaryMessage]) { "($(Show-Message $Value))" }
        elseif ($Value -is [array]) { @($Value | ForEach-Object { Show-Value $_ }) -join ' ' }
        elseif ($Value -is [datetime]) { $Value.ToString('o') }
        else { "$Value" }
    }
}

Describe 'The formats in examples/formats' {
    It 'are exactly those that are tested here' -ForEach @{ Tested = @($fields.Keys); Sampled = @($samples.Format) } {
        $there = (Get-ChildItem -LiteralPath $formatDirectory -Recurse -File).BaseName | Sort-Object
        ($Tested | Sort-Object) -join ' ' | Should -BeExactly ($there -join ' ')
        ($Sampled | Sort-Object -Unique) -join ' ' | Should -BeExactly ($there -join ' ')
    }

    Context '<Format>' -ForEach $formats {
        It 'names its standard first' {
            $lines = Get-Content -LiteralPath (Join-Path $formatDirectory "$Format.txt")
            $lines[0] | Should -Match '^(RFC [0-9]+|IEEE [0-9.]+|MQTT [0-9.]+|NetFlow Export Datagram|MODBUS Messaging .*|WireGuard protocol)(,| and RFC|$)'
        }

        It 'has these fields' {
            (Get-ExampleFormat $Format).FieldList -join ' ' | Should -BeExactly $Fields
        }

        It 'is drawn, and read back' {
            $format = Get-ExampleFormat $Format
            (Format-MessageDiagram $format | New-MessageFormat).FieldList -join ' ' | Should -BeExactly $Fields
        }
    }

    It '<Format> reads real bytes and writes them again (<Source>)' -ForEach $samples {
        $format = Get-ExampleFormat $Format
        $message = ConvertFrom-BinaryMessage $format (ConvertFrom-Hex $Bytes)
        Show-Message $message | Should -BeExactly $Values
        ConvertTo-Hex (ConvertTo-BinaryMessage $format $message) | Should -BeExactly $Bytes
    }

    It 'websocket reads a payload of <Length> bytes when it is told the extended length (RFC 6455, section 5.7)' -ForEach @(
        @{ Length = 256; Head = '827e0100'; Width = 16 }
        @{ Length = 65536; Head = '827f0000000000010000'; Width = 64 }
    ) {
        $file = Get-Content -LiteralPath (Join-Path $formatDirectory 'websocket.txt')
        $format = New-MessageFormat $file -Field "ExtendedPayloadLength:$Width", 'PayloadData:[ExtendedPayloadLength]'
        $payload = [byte[]]::new($Length)
        [System.Random]::new($Length).NextBytes($payload)
        $frame = [byte[]] ((ConvertFrom-Hex $Head) + $payload)

        $message = ConvertFrom-BinaryMessage $format $frame
        $message.Opcode | Should -Be 2
        $message.ExtendedPayloadLength | Should -Be $Length
        ConvertTo-Hex $message.PayloadData | Should -BeExactly (ConvertTo-Hex $payload)
        ConvertTo-Hex (ConvertTo-BinaryMessage $format $message) | Should -BeExactly (ConvertTo-Hex $frame)
    }

    It 'coap reads a request without payload by its first fields (RFC 7252, figure 16)' {
        $format = New-MessageFormat -Field ((Get-ExampleFormat coap).Fields | Select-Object -First 7)
        $bytes = '40017d34bb74656d7065726174757265'
        $message = ConvertFrom-BinaryMessage $format (ConvertFrom-Hex $bytes)
        Show-Message $message | Should -BeExactly 'Ver=1 T=0 TKL=0 Code=1 MessageID=32052 Token= Options=bb74656d7065726174757265'
        ConvertTo-Hex (ConvertTo-BinaryMessage $format $message) | Should -BeExactly $bytes
    }

    It 'sntp reads a message without authenticator by its first fields (captured: chronyd answers)' {
        $format = New-MessageFormat -Field ((Get-ExampleFormat sntp).Fields | Select-Object -First 13)
        $bytes = '240806e600000000000000007f7f0101eeac0e0bfa216469724fafe87daa16efeeac0e0d50483abdeeac0e0d504ef976'
        $message = ConvertFrom-BinaryMessage $format (ConvertFrom-Hex $bytes)
        $message.Stratum | Should -Be 8
        $message.TransmitTimestamp | Should -Be 17198136527365798262
        ConvertTo-Hex (ConvertTo-BinaryMessage $format $message) | Should -BeExactly $bytes
    }

    It '<Format> fills in what follows from the rest: <Expected>' -ForEach @(
        @{ Format = 'udp'; Values = @{ SourcePort = 53; DataOctets = 'hi' }; Expected = '00350000000a00006869' }
        @{ Format = 'ipv4'; Values = @{ Version = 4; SourceAddress = '192.0.2.1'; Options = 1, 1, 1, 0 }; Expected = '460000000000000000000000c00002010000000001010100' }
        @{ Format = 'tcp'; Values = @{ SYN = 1; Options = 2, 4, 5, 0xB4 }; Expected = '0000000000000000000000006002000000000000020405b4' }
        @{ Format = 'websocket'; Values = @{ FIN = 1; Opcode = 2; MaskingKey = 1, 2, 3, 4; PayloadData = 5, 6 }; Expected = '8282010203040506' }
        @{ Format = 'http2-frame'; Values = @{ Type = 6; FramePayload = [byte[]]::new(8) }; Expected = '0000080600000000000000000000000000' }
        @{ Format = 'radius-attribute'; Values = @{ Type = 1; Value = 'nemo' }; Expected = '01066e656d6f' }
        @{ Format = 'mqtt-packet'; Values = @{ Type = 'PUBLISH'; Topic = 'a/b'; Payload = 'hi' }; Expected = '30070003612f626869' }
        @{ Format = 'mqtt-packet'; Values = @{ Type = 'PUBLISH'; QoS = 1; PacketId = 9; Topic = 'a/b'; Payload = 'hi' }; Expected = '32090003612f6200096869' }
        @{ Format = 'mqtt-packet'; Values = @{ Type = 'SUBSCRIBE'; QoS = 1; Body = @{ PacketId = 1; Filters = @{ Filter = 'a/#'; QoS = 1 } } }; Expected = '820800010003612f2301' }
        @{
            Format   = 'dns-message'
            Values   = @{ ID = 1; RD = 1; Questions = @{ Name = @{ Labels = @{ Text = 'www' }, @{ Text = 'example' } }; Type = 'MX'; Class = 'IN' } }
            Expected = '00010100000100000000000003777777076578616d706c6500000f0001'
        }
    ) {
        ConvertTo-Hex (ConvertTo-BinaryMessage (Get-ExampleFormat $Format) $Values) | Should -BeExactly $Expected
    }

    It 'gre has a checksum where its flag is set' {
        $format = Get-ExampleFormat gre
        $bytes = ConvertTo-BinaryMessage $format @{ ProtocolType = 0x86DD; Checksum = 0x12, 0x34; Reserved1 = 0, 0 }
        ConvertTo-Hex $bytes | Should -BeExactly '800086dd12340000'
        (ConvertFrom-BinaryMessage $format $bytes).C | Should -Be 1
    }

    It 'several are one packet, layer by layer (captured: ping through VXLAN)' {
        $bytes = ConvertFrom-Hex ('32ccb844f12ad2ad4aac9793080045000086b17a00004011b4d80a0900010a090002ad0f12b5007214980800000000138900' +
            'eee597375a4fc2437fc35f11080045000054eca90000400179e90a0a00010a0a00020000cf0609720001188e016b0000000041ba0d0000000000' +
            '101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637')
        $outer = ConvertFrom-BinaryMessage (Get-ExampleFormat ethernet) $bytes
        $ip = New-MessageFormat -Field ((Get-ExampleFormat ipv4).FieldList + 'Data:*')
        $packet = ConvertFrom-BinaryMessage $ip $outer.Data
        $packet.TotalLength | Should -Be $outer.Data.Length
        $datagram = ConvertFrom-BinaryMessage (Get-ExampleFormat udp) $packet.Data
        $datagram.DestinationPort | Should -Be 4789
        $frame = ConvertFrom-BinaryMessage (New-MessageFormat -Field ((Get-ExampleFormat vxlan).FieldList + 'Frame:*')) $datagram.DataOctets
        $frame.VXLANNetworkIdentifierVNI | Should -Be 5001
        $inner = ConvertFrom-BinaryMessage $ip (ConvertFrom-BinaryMessage (Get-ExampleFormat ethernet) $frame.Frame).Data
        "$($inner.SourceAddress) $($inner.DestinationAddress)" | Should -Be '10.10.0.1 10.10.0.2'
        $echo = ConvertFrom-BinaryMessage (Get-ExampleFormat icmp-echo) $inner.Data
        "$($echo.Type) $($echo.SequenceNumber)" | Should -Be '0 1'
    }
}
