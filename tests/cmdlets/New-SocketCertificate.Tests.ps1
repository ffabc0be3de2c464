Describe 'New-SocketCertificate' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        function Get-AlternativeName {
            param($Certificate)

            $names = $Certificate.Extensions | Where-Object { $_.Oid.Value -eq '2.5.29.17' }
            @($names.EnumerateDnsNames()) + @($names.EnumerateIPAddresses() | ForEach-Object { "$_" })
        }
    }

    It 'makes one for this machine, with its private key, for 30 days' {
        $certificate = New-SocketCertificate

        $certificate | Should -BeOfType System.Security.Cryptography.X509Certificates.X509Certificate2
        $certificate.HasPrivateKey | Should -BeTrue
        $certificate.Subject | Should -Be 'CN=localhost'
        $certificate.Issuer | Should -Be 'CN=localhost'
        Get-AlternativeName $certificate | Should -Be 'localhost', '127.0.0.1', '::1'
        ($certificate.NotAfter - [datetime]::Now).TotalDays | Should -BeGreaterThan 29.9
        ($certificate.NotAfter - [datetime]::Now).TotalDays | Should -BeLessOrEqual 30
        $certificate.NotBefore | Should -BeLessThan ([datetime]::Now)
    }

    It 'takes names, addresses and days' {
        $certificate = New-SocketCertificate example.org, '*.example.org' 192.0.2.1 -Days 0.5

        $certificate.Subject | Should -Be 'CN=example.org'
        Get-AlternativeName $certificate | Should -Be 'example.org', '*.example.org', '192.0.2.1'
        ($certificate.NotAfter - [datetime]::Now).TotalHours | Should -BeLessOrEqual 12
        (New-SocketCertificate -IPAddress ::1).Subject | Should -Be 'CN=::1'
    }

    It 'is for servers and clients, and for no other certificates' {
        $certificate = New-SocketCertificate

        ($certificate.Extensions | Where-Object { $_.Oid.Value -eq '2.5.29.37' }).EnhancedKeyUsages.Value | Should -Be '1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'
        ($certificate.Extensions | Where-Object { $_.Oid.Value -eq '2.5.29.19' }).CertificateAuthority | Should -BeFalse
    }

    It 'is issued by an authority, in a chain that holds' {
        $root = New-SocketCertificate 'Test root' -CertificateAuthority
        $middle = New-SocketCertificate 'Test middle' -CertificateAuthority -Issuer $root
        $leaf = New-SocketCertificate example.org -Issuer $middle -Days 5000

        $leaf.Issuer | Should -Be 'CN=Test middle'
        $leaf.HasPrivateKey | Should -BeTrue
        $leaf.NotAfter | Should -Be $middle.NotAfter -Because 'nobody may trust it for longer than its issuer'
        $chain = [System.Security.Cryptography.X509Certificates.X509Chain]::new()
        $chain.ChainPolicy.TrustMode = 'CustomRootTrust'
        $chain.ChainPolicy.RevocationMode = 'NoCheck'
        $null = $chain.ChainPolicy.CustomTrustStore.Add($root)
        $null = $chain.ChainPolicy.ExtraStore.Add($middle)
        $chain.Build($leaf) | Should -BeTrue -Because ($chain.ChainStatus.StatusInformation -join ' ')
        $chain.ChainElements.Count | Should -Be 3
    }

    It 'takes an issuer whose key is RSA' {
        $key = [System.Security.Cryptography.RSA]::Create(2048)
        $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=RSA root', $key, 'SHA256', [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $request.CertificateExtensions.Add([System.Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
        $root = $request.CreateSelfSigned([datetimeoffset]::Now.AddDays(-1), [datetimeoffset]::Now.AddDays(9))

        (New-SocketCertificate example.org -Issuer $root).Issuer | Should -Be 'CN=RSA root'
    }

    It 'refuses an issuer that <Why>' -ForEach @(
        @{ Why = 'is not an authority'; Make = { New-SocketCertificate }; Words = '*not a certificate authority*' }
        @{ Why = 'has no private key'; Make = { [System.Security.Cryptography.X509Certificates.X509Certificate2]::new((New-SocketCertificate -CertificateAuthority).RawData) }; Words = '*no private key*' }
    ) {
        New-SocketCertificate example.org -Issuer (& $Make) -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty

        $failure.FullyQualifiedErrorId | Should -Be 'CertificateNotUsable,PSSockets.Commands.NewSocketCertificateCommand'
        $failure[0].ToString() | Should -BeLike $Words
        $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-CertificateAuthority*'
    }

    It 'writes certificate and key to a PEM file, which only its owner reads' {
        $certificate = New-SocketCertificate -OutFile TestDrive:/one.pem

        $path = Convert-Path TestDrive:/one.pem
        $read = [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile($path)
        $read.Thumbprint | Should -Be $certificate.Thumbprint
        $read.HasPrivateKey | Should -BeTrue
        if (-not $IsWindows) {
            "$((Get-Item -LiteralPath $path).UnixFileMode)" | Should -Be 'UserWrite, UserRead'
        }
    }

    It 'leaves a file that is there, unless -Force is given' {
        Set-Content TestDrive:/there.pem 'mine' -NoNewline

        New-SocketCertificate -OutFile TestDrive:/there.pem -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure.FullyQualifiedErrorId | Should -Be 'FileNotUsable,PSSockets.Commands.NewSocketCertificateCommand'
        $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Force*'
        Get-Content TestDrive:/there.pem -Raw | Should -Be 'mine'

        $null = New-SocketCertificate -OutFile TestDrive:/there.pem -Force
        Get-Content TestDrive:/there.pem -Raw | Should -BeLike '-----BEGIN CERTIFICATE-----*'
    }

    It 'writes nothing with -WhatIf' {
        New-SocketCertificate -OutFile TestDrive:/never.pem -WhatIf | Should -BeNullOrEmpty

        Test-Path TestDrive:/never.pem | Should -BeFalse
    }
}
