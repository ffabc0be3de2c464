using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Sdk;

namespace PSSockets.WindowsHost;

/// <summary>
/// Runs facts and theories of xunit by reflection, each on a thread of its own and within a time limit: under Wine
/// xunit's own runner stalls, and so may a test.
/// </summary>
/// <remarks>
/// A trait named Windows or Wine is the reason why a test cannot pass here. Such a test runs all the same and counts as
/// skipped when it fails; one that passes is a failure, so that the marks stay true. Of a marked theory some rows may
/// pass. A reason that begins with <see cref="NotRun"/> is of a test that hangs, or ends the process.
/// The journal has each test that was begun and how it ended. When the process ends early, another one goes on from
/// there; what was begun twice and never ended has failed.
/// </remarks>
/// <param name="resultsPath">The file that gets the counts, as build.ps1 reads them; the journal is beside it.</param>
internal sealed class UnitTestRunner(string resultsPath)
{
    private const string NotRun = "Not run: ";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _journalPath = resultsPath + "l";
    private readonly Dictionary<string, (int Begun, string? Outcome, string Reason)> _journal = [];
    private Worker? _worker;

    /// <summary>Runs the tests whose name matches the regular expression; the exit code.</summary>
    public int Run(string assemblyPath, string filter)
    {
        List<string> problems = [];
        ReadJournal();
        try
        {
            Type[] types = Assembly.LoadFrom(assemblyPath).GetTypes();
            foreach (Type type in types.Where(type => type is { IsClass: true, IsAbstract: false, IsPublic: true }).OrderBy(type => type.FullName, StringComparer.Ordinal))
            {
                long start = Stopwatch.GetTimestamp();
                int before = _journal.Count;
                foreach (MethodInfo method in type.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: true)))
                {
                    string name = $"{type.Name}.{method.Name}";
                    if (Regex.IsMatch(name, filter))
                    {
                        Run(type, method, name);
                    }
                }

                if (_journal.Count > before)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type.Name}: {_journal.Count - before} tests, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
                }
            }
        }
        catch (Exception exception) when (exception is ReflectionTypeLoadException or IOException or BadImageFormatException)
        {
            problems.Add($"{assemblyPath} cannot be loaded: {exception}");
        }

        return Save(problems);
    }

    // Why it cannot pass here; null where it can.
    private static string? Reason(MemberInfo? member) => member?.GetCustomAttributesData()
        .Where(data => data.AttributeType == typeof(TraitAttribute) && data.ConstructorArguments is [{ Value: "Windows" or "Wine" }, _])
        .Select(data => (string)data.ConstructorArguments[1].Value!)
        .FirstOrDefault();

    private void Run(Type type, MethodInfo method, string name)
    {
        FactAttribute fact = method.GetCustomAttribute<FactAttribute>()!;
        string? reason = Reason(type) is string whole && whole.StartsWith(NotRun, StringComparison.Ordinal) ? whole : Reason(method) ?? Reason(type);
        if ((fact.Skip ?? reason) is string left && (fact.Skip is not null || left.StartsWith(NotRun, StringComparison.Ordinal)))
        {
            End(name, "Skipped", left.StartsWith(NotRun, StringComparison.Ordinal) ? left[NotRun.Length..] : left);
            return;
        }

        List<object?[]> rows = [[]];
        if (fact is TheoryAttribute)
        {
            // Data that cannot be made is a failure of its own.
            Exception? exception = Limited(() => rows = [.. method.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(method)).Select(row => row ?? [null])]);
            if (exception is not null || rows.Count == 0)
            {
                Fail(name, exception ?? new InvalidOperationException("the theory has no data"));
                return;
            }
        }

        bool hasFailed = false;
        for (int index = 0; index < rows.Count; index++)
        {
            object?[] row = rows[index];
            // The number tells rows apart that look alike.
            string text = fact is TheoryAttribute ? $"{name}[{index}]({string.Join(", ", row.Select(Describe))})" : name;
            if (row.Any(value => value is Enum && value.ToString() == "Linux"))
            {
                // An EngineKind: the row of the other kind is the same test here.
                End(text, "Skipped", "the transport of Linux, which calls libc");
                continue;
            }

            (int begun, string? outcome, _) = _journal.GetValueOrDefault(text);
            if (outcome is null)
            {
                if (begun == 2)
                {
                    Fail(text, new InvalidOperationException("the process ended here twice"));
                    continue;
                }

                Note(text, null, string.Empty);
                Exception? failure = Limited(() => Call(type, method, row));
                if (failure is TimeoutException { Source: nameof(Limited) } && begun == 0)
                {
                    // What hangs has spoiled the process. Another one tries it again.
                    Console.WriteLine($"{text}: {failure.Message}");
                    Environment.Exit(3);
                }

                if (failure is null)
                {
                    End(text, "Passed", string.Empty);
                }
                else if (reason is null)
                {
                    Fail(text, failure);
                }
                else
                {
                    End(text, "Skipped", reason);
                }
            }

            hasFailed |= _journal[text].Outcome != "Passed";
        }

        if (reason is not null && !hasFailed)
        {
            Fail(name, new InvalidOperationException($"it passes, so it must not be marked '{reason}'"));
        }
    }

    private static void Call(Type type, MethodInfo method, object?[] row)
    {
        object test = Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, type.GetConstructors()[0].GetParameters().Length == 0 ? [] : [new OutputHelper()], CultureInfo.InvariantCulture)!;
        try
        {
            object?[] arguments = [.. method.GetParameters().Select((parameter, index) =>
                index < row.Length ? Fit(row[index], parameter.ParameterType) : parameter.DefaultValue)];
            object? result = method.Invoke(test, BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture);
            (result as Task)?.GetAwaiter().GetResult();
        }
        finally
        {
            (test as IDisposable)?.Dispose();
        }
    }

    // An attribute cannot hold every type that a parameter can have.
    private static object? Fit(object? value, Type type)
    {
        Type target = Nullable.GetUnderlyingType(type) ?? type;
        return value is not null && !target.IsInstanceOfType(value) && value is IConvertible && !target.IsEnum && typeof(IConvertible).IsAssignableFrom(target)
            ? Convert.ChangeType(value, target, CultureInfo.InvariantCulture)
            : value;
    }

    // One thread for all tests as long as none is late or fails: under Wine a collection of garbage fails where threads
    // have just ended, and a thread on which a test failed does not begin another.
    private Exception? Limited(Action action)
    {
        _worker ??= new Worker();
        bool isOver = _worker.Run(action, Limit, out Exception? exception);
        if (!isOver || exception is not null)
        {
            _worker = null;
        }

        return isOver ? exception : new TimeoutException($"not over after {Limit.TotalSeconds} seconds") { Source = nameof(Limited) };
    }

    private static string Describe(object? value) => value switch
    {
        null => "null",
        string text => $"\"{(text.Length > 50 ? text[..50] + "..." : text)}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private void Fail(string name, Exception exception)
    {
        End(name, "Failed", exception.Message);
        string trace = string.Join('\n', (exception.StackTrace ?? string.Empty).Split('\n').Where(line => line.Contains("PSSockets", StringComparison.Ordinal)).Take(6));
        Console.WriteLine($"Failed: {name}\n{exception.GetType().Name}: {exception.Message}\n{trace}");
    }

    private void End(string name, string outcome, string reason)
    {
        if (_journal.GetValueOrDefault(name).Outcome != outcome)
        {
            Note(name, outcome, reason);
        }
    }

    private void Note(string name, string? outcome, string reason)
    {
        Entry entry = new(name, outcome, reason);
        File.AppendAllText(_journalPath, JsonSerializer.Serialize(entry) + "\n");
        Take(entry);
    }

    private void Take(Entry entry) => _journal[entry.Name] = (_journal.GetValueOrDefault(entry.Name).Begun + (entry.Outcome is null ? 1 : 0), entry.Outcome, entry.Reason);

    private void ReadJournal()
    {
        if (File.Exists(_journalPath))
        {
            foreach (string line in File.ReadLines(_journalPath))
            {
                Take(JsonSerializer.Deserialize<Entry>(line)!);
            }
        }
    }

    private int Save(List<string> problems)
    {
        object[] skipped = [.. _journal.Where(entry => entry.Value.Outcome == "Skipped").Select(entry => new { Name = entry.Key, entry.Value.Reason })];
        int failed = _journal.Values.Count(entry => entry.Outcome == "Failed");
        foreach ((string name, _) in _journal.Where(entry => entry.Value.Begun > 1))
        {
            Console.WriteLine($"Run again in another process: {name}");
        }

        File.WriteAllText(resultsPath, JsonSerializer.Serialize(new
        {
            Passed = _journal.Values.Count(entry => entry.Outcome == "Passed"),
            Failed = failed,
            Skipped = skipped.Length,
            SkippedTests = skipped,
            Problems = problems,
        }));
        return failed + problems.Count == 0 ? 0 : 1;
    }

    private sealed record Entry(string Name, string? Outcome, string Reason);
}

/// <summary>What a test writes for its reader.</summary>
internal sealed class OutputHelper : Xunit.Abstractions.ITestOutputHelper
{
    public void WriteLine(string message)
    {
    }

    public void WriteLine(string format, params object[] args)
    {
    }
}

/// <summary>A thread that does one thing after the other.</summary>
internal sealed class Worker
{
    private readonly BlockingCollection<Action> _actions = [];

    public Worker() => new Thread(() =>
    {
        foreach (Action action in _actions.GetConsumingEnumerable())
        {
            action();
        }
    })
    {
        IsBackground = true,
    }.Start();

    /// <summary>Whether the action was over in time, and what it threw.</summary>
    public bool Run(Action action, TimeSpan limit, out Exception? exception)
    {
        TaskCompletionSource<Exception?> over = new();
        _actions.Add(() =>
        {
            try
            {
                action();
                over.SetResult(null);
            }
            catch (Exception failure)
            {
                over.SetResult(failure);
            }
        });
        bool isOver = over.Task.Wait(limit);
        exception = isOver ? over.Task.Result : null;
        return isOver;
    }
}
