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
/// <param name="resultsPath">The file that gets the counts, as build.ps1 reads them.</param>
internal sealed class UnitTestRunner(string resultsPath)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<object> _skipped = [];
    private readonly List<string> _problems = [];
    private Worker? _worker;
    private int _passed;
    private int _failed;

    /// <summary>Runs the tests whose name matches the regular expression; the exit code.</summary>
    public int Run(string assemblyPath, string filter)
    {
        try
        {
            Type[] types = Assembly.LoadFrom(assemblyPath).GetTypes();
            foreach (Type type in types.Where(type => type is { IsClass: true, IsAbstract: false, IsPublic: true }).OrderBy(type => type.FullName, StringComparer.Ordinal))
            {
                long start = Stopwatch.GetTimestamp();
                int before = _passed;
                foreach (MethodInfo method in type.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: true)))
                {
                    string name = $"{type.Name}.{method.Name}";
                    if (Regex.IsMatch(name, filter))
                    {
                        Run(type, method, name);
                    }
                }

                if (_passed > before)
                {
                    // Also to tell where a crash was.
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type.Name}: {_passed - before} passed, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
                }
            }
        }
        catch (Exception exception) when (exception is ReflectionTypeLoadException or IOException or BadImageFormatException)
        {
            _problems.Add($"{assemblyPath} cannot be loaded: {exception}");
        }

        Save();
        return _failed + _problems.Count == 0 ? 0 : 1;
    }

    // Why it does not run here; null where it does.
    private static string? Reason(MemberInfo? member) => member?.GetCustomAttributesData()
        .Where(data => data.AttributeType == typeof(TraitAttribute) && data.ConstructorArguments is [{ Value: "Windows" or "Wine" }, _])
        .Select(data => (string)data.ConstructorArguments[1].Value!)
        .FirstOrDefault();

    private void Run(Type type, MethodInfo method, string name)
    {
        FactAttribute fact = method.GetCustomAttribute<FactAttribute>()!;
        string? reason = fact.Skip ?? Reason(method) ?? Reason(type);
        if (reason is not null)
        {
            _skipped.Add(new { Name = name, Reason = reason });
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

        foreach (object?[] row in rows)
        {
            string text = row.Length == 0 ? name : $"{name}({string.Join(", ", row.Select(Describe))})";
            if (Limited(() => Call(type, method, row)) is Exception failure)
            {
                Fail(text, failure);
            }
            else
            {
                _passed++;
            }
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

    // One thread for all tests as long as none is late: under Wine a collection of garbage fails where threads have
    // just ended.
    private Exception? Limited(Action action)
    {
        _worker ??= new Worker();
        if (_worker.Run(action, Limit, out Exception? exception))
        {
            return exception;
        }

        _worker = null;
        return new TimeoutException($"not over after {Limit.TotalSeconds} seconds");
    }

    private static string Describe(object? value) => value switch
    {
        null => "null",
        string text => $"\"{(text.Length > 50 ? text[..50] + "..." : text)}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private void Fail(string name, Exception exception)
    {
        _failed++;
        string trace = string.Join('\n', (exception.StackTrace ?? string.Empty).Split('\n').Where(line => line.Contains("PSSockets", StringComparison.Ordinal)).Take(6));
        Console.WriteLine($"Failed: {name}\n{exception.GetType().Name}: {exception.Message}\n{trace}");
    }

    private void Save() => File.WriteAllText(resultsPath, JsonSerializer.Serialize(new
    {
        Passed = _passed,
        Failed = _failed,
        Skipped = _skipped.Count,
        SkippedTests = _skipped,
        Problems = _problems,
    }));
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
