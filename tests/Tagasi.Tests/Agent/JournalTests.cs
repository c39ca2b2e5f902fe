using System.Text;
using Microsoft.Extensions.Time.Testing;
using Tagasi.ActiveDirectory;
using Tagasi.Agent.Journal;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>What the journal promises is kept, and what it holds is no secret.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly ScriptedAgent agent = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tagasi-journal-");

    private string JournalPath => Path.Combine(folder.FullName, "journal");

    public void Dispose()
    {
        agent.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task With_a_full_disk_nothing_is_written_and_the_next_process_says_so_for_good()
    {
        agent.Disk.IsFull = true;
        var order = agent.Order();
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);
        Assert.True(agent.Journal.Failure.IsCompletedSuccessfully);
        Assert.Throws<IOException>(agent.Start);

        agent.Disk.IsFull = false;
        agent.Start();
        Assert.False(agent.Journal.Failure.IsCompleted);
        Assert.Equal(Problems.NotCarriedOut.Code, (await agent.ResolveAsync(order)).Problem);
        Assert.Equal(Problems.NotCarriedOut.Code, (await agent.CarryOutAsync(order)).Problem);
        Assert.Equal(0, agent.Directory.Writes);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
    }

    [Fact]
    public async Task A_process_whose_disk_was_full_once_writes_nothing_any_more_though_there_is_space_again()
    {
        agent.Disk.IsFull = true;
        await agent.CarryOutAsync(agent.Order());
        agent.Disk.IsFull = false;
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(agent.Order())).Outcome);
        Assert.Equal(0, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_full_disk_closes_no_request_that_never_came()
    {
        agent.Disk.IsFull = true;
        var order = agent.Order();
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(order)).Outcome);
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(order)).Outcome);

        agent.Disk.IsFull = false;
        agent.Start();
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(order)).Outcome);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_ends_the_agent_with_a_failure()
    {
        using var guard = new JournalGuard(agent.Journal, agent.Time, new RecordedLog<JournalGuard>());
        await guard.StartAsync(TestContext.Current.CancellationToken);
        Assert.False(guard.ExecuteTask!.IsCompleted);
        agent.Disk.IsFull = true;
        await agent.CarryOutAsync(agent.Order());
        var failure = await Assert.ThrowsAsync<IOException>(() => guard.ExecuteTask);
        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_began_when_the_clock_was_ahead_carries_out_nothing_until_then_and_says_so()
    {
        agent.Time.Advance(TimeSpan.FromDays(1));
        agent.Disk.Replace([]);
        agent.Start();
        agent.Time.AdjustTime(agent.Time.GetUtcNow().AddDays(-1));
        agent.Start();
        var log = new RecordedLog<JournalGuard>();
        using var guard = new JournalGuard(agent.Journal, agent.Time, log);
        await guard.StartAsync(TestContext.Current.CancellationToken);
        for (var tries = 0; log.Entries.IsEmpty; tries++)
        {
            Assert.InRange(tries, 0, 500);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal([5006], log.Ids);
        await Assert.ThrowsAsync<IOException>(() => guard.ExecuteTask!);
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(agent.Order())).Outcome);
        Assert.Equal(0, agent.Directory.Writes);
    }

    [Fact]
    public async Task A_success_that_a_full_disk_does_not_keep_is_found_by_the_next_process()
    {
        agent.Directory.Write = () =>
        {
            agent.Disk.IsFull = true;
            return agent.Directory.Apply();
        };
        var order = agent.Order();
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);
        agent.Disk.IsFull = false;
        agent.Start();
        Assert.Equal(Outcome.Applied, (await agent.ResolveAsync(order)).Outcome);
        Assert.Equal((1, 1), (agent.Directory.Writes, agent.Directory.Looks));
    }

    [Fact]
    public async Task A_refused_unlock_that_a_full_disk_does_not_keep_is_not_told_because_the_next_process_may_find_it_unlocked()
    {
        agent.Directory.Write = () =>
        {
            agent.Disk.IsFull = true;
            return new PasswordWrite.Refused(RefusalCause.LockedOut, "not now");
        };
        var order = agent.Order(Operation.Unlock);
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(order)).Outcome);
        Assert.Single(agent.Journal.OpenRequests);
    }

    [Fact]
    public async Task A_replacement_that_fails_half_way_keeps_no_further_line_in_a_file_that_no_name_leads_to()
    {
        using var file = new JournalFile(JournalPath);
        await file.AppendAsync("first\n"u8.ToArray());
        File.Delete(JournalPath);
        Directory.CreateDirectory(JournalPath);

        Assert.ThrowsAny<IOException>(() => file.Replace("new\n"u8));
        await Assert.ThrowsAsync<IOException>(() => file.AppendAsync("second\n"u8.ToArray()));
        Assert.Throws<IOException>(() => file.Replace("newer\n"u8));
    }

    [Fact]
    public async Task The_intent_is_kept_before_the_write_is_sent()
    {
        agent.Directory.Write = () =>
        {
            Assert.Contains(JournalLines.Parse(agent.Disk.ReadAll()).Entries, entry => entry.Kind is JournalKind.Intent);
            return agent.Directory.Apply();
        };
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
    }

    [Fact]
    public async Task The_journal_holds_no_password()
    {
        await agent.CarryOutAsync(agent.Order(password: "Kanaarilind 77"));
        var disk = agent.Disk.ReadAll();
        Assert.True(disk.AsSpan().IndexOf("Kanaarilind 77"u8) < 0);
        Assert.True(disk.AsSpan().IndexOf(Encoding.Unicode.GetBytes("Kanaarilind 77")) < 0);
    }

    [Fact]
    public async Task A_torn_end_is_cut_off_wherever_it_tore()
    {
        await agent.CarryOutAsync(agent.Order());
        var whole = agent.Disk.ReadAll();
        await agent.CarryOutAsync(agent.Order());
        var longer = agent.Disk.ReadAll();
        for (var length = whole.Length; length < longer.Length; length++)
        {
            agent.Disk.Replace(longer.AsSpan(0, length));
            var journal = WritebackJournal.Open(agent.Disk, agent.Time);
            Assert.InRange(journal.WriteTimes.Count, 1, 2);
            Assert.Equal(JournalLines.Parse(agent.Disk.ReadAll()).GoodBytes, agent.Disk.ReadAll().Length);
        }
    }

    [Fact]
    public async Task Damage_in_the_middle_stops_the_start()
    {
        await agent.CarryOutAsync(agent.Order());
        await agent.CarryOutAsync(agent.Order());
        var disk = agent.Disk.ReadAll();
        disk[disk.Length / 2] ^= 1;
        agent.Disk.Replace(disk);
        Assert.Contains("damaged", Assert.Throws<JournalDamagedException>(agent.Start).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_old_is_dropped_at_the_next_start_but_sequences_and_open_writes_stay()
    {
        var old = agent.Order();
        await agent.CarryOutAsync(agent.Order());
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        await agent.CarryOutAsync(agent.Order());
        agent.Time.Advance(WritebackJournal.Retention + TimeSpan.FromHours(1));
        agent.Start();

        var entries = JournalLines.Parse(agent.Disk.ReadAll()).Entries;
        Assert.Equal([JournalKind.Intent, JournalKind.Mark, JournalKind.Horizon], entries.Select(entry => entry.Kind).Order());
        Assert.Single(agent.Journal.OpenRequests);
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(old)).Outcome);
    }

    [Fact]
    public async Task What_an_earlier_process_sent_is_not_called_refused_before_its_tickets_time_is_over()
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        var order = agent.Order();
        await agent.CarryOutAsync(order);
        agent.Start();
        Assert.Equal(Outcome.Unknown, (await agent.ResolveForAsync(order, Ticket.Lifetime - TimeSpan.FromSeconds(1))).Outcome);
        Assert.Equal(Problems.NotCarriedOut.Code, (await agent.ResolveForAsync(order, OutcomeResolver.Settling + TimeSpan.FromSeconds(3))).Problem);
    }

    [Fact]
    public async Task A_journal_that_was_lost_denies_nothing_that_was_done_and_does_nothing_again()
    {
        var done = agent.Order();
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(done)).Outcome);
        agent.Disk.Replace([]);
        agent.Start();
        agent.Start();
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(done)).Outcome);
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(done)).Outcome);
        Assert.Equal(1, agent.Directory.Writes);

        // Whatever the clock says since, over a restart too.
        agent.Time.AdjustTime(agent.Time.GetUtcNow() - TimeSpan.FromMinutes(3));
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(done)).Outcome);
        agent.Start();
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(done)).Outcome);
        agent.Time.AdjustTime(agent.Time.GetUtcNow() + TimeSpan.FromMinutes(3));

        agent.Time.Advance(TicketGate.ClockTolerance + TimeSpan.FromSeconds(1));
        var never = agent.Order();
        Assert.Equal(Problems.NotCarriedOut.Code, (await agent.ResolveAsync(never)).Problem);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
    }

    [Fact]
    public async Task A_journal_of_a_version_that_dropped_without_saying_so_denies_nothing_that_was_done()
    {
        var done = agent.Order();
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(done)).Outcome);
        agent.Time.Advance(WritebackJournal.Retention + TimeSpan.FromHours(1));
        agent.Start();
        var marks = JournalLines.Parse(agent.Disk.ReadAll()).Entries.Where(entry => entry.Kind is not JournalKind.Horizon);
        agent.Disk.Replace([.. marks.SelectMany(JournalLines.Format)]);
        agent.Start();
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(done)).Outcome);
    }

    [Fact]
    public async Task A_start_with_the_clock_days_ahead_denies_nothing_that_was_done()
    {
        var done = agent.Order();
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(done)).Outcome);
        WritebackJournal.Open(agent.Disk, new FakeTimeProvider(agent.Time.GetUtcNow().AddDays(3)));
        agent.Start();
        Assert.Equal(Outcome.Unknown, (await agent.ResolveAsync(done)).Outcome);
        Assert.Equal(Outcome.Unknown, (await agent.CarryOutAsync(done)).Outcome);
        Assert.Equal(Outcome.Applied, (await agent.CarryOutAsync(agent.Order())).Outcome);
    }

    [Fact]
    public void Of_lines_that_were_flushed_together_a_crash_may_leave_the_later_ones_without_the_earlier()
    {
        ReadOnlyMemory<byte> Line(long sequence) => JournalLines.Format(Entry() with { Sequence = sequence });
        var before = Line(1);
        var batch = JournalLines.Join([Line(2), Line(3), Line(4)]);
        Assert.Equal([1, 2, 3, 4], JournalLines.Parse([.. before.Span, .. batch]).Entries.Select(entry => entry.Sequence));

        Array.Clear(batch, 0, Line(2).Length);
        var (entries, good) = JournalLines.Parse([.. before.Span, .. batch]);
        Assert.Equal((1, before.Length), (Assert.Single(entries).Sequence, good));
        Assert.Throws<JournalDamagedException>(() => JournalLines.Parse([.. before.Span, .. batch, .. Line(5).Span]));
    }

    [Fact]
    public async Task Lines_written_at_once_are_all_kept_whole_in_the_file()
    {
        var entries = Enumerable.Range(0, 200).Select(i => Entry() with { Sequence = i }).ToList();
        using (var file = new JournalFile(JournalPath))
        {
            await Task.WhenAll(entries.Select(entry => Task.Run(() => file.AppendAsync(JournalLines.Format(entry)), TestContext.Current.CancellationToken)));
        }

        var (kept, _) = JournalLines.Parse(await File.ReadAllBytesAsync(JournalPath, TestContext.Current.CancellationToken));
        Assert.Equal(entries.Select(entry => entry.Sequence), kept.Select(entry => entry.Sequence).Order());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(JournalPath));
        }
    }

    [Fact]
    public async Task The_file_goes_on_after_it_was_replaced()
    {
        using var file = new JournalFile(JournalPath);
        await file.AppendAsync(JournalLines.Format(Entry()));
        file.Replace(JournalLines.Format(Entry() with { Sequence = 5 }));
        await file.AppendAsync(JournalLines.Format(Entry() with { Sequence = 6 }));
        Assert.Equal([5, 6], JournalLines.Parse(file.ReadAll()).Entries.Select(entry => entry.Sequence));
    }

    private static JournalEntry Entry() => new(JournalKind.Mark, Guid.NewGuid(), [], "", Guid.NewGuid(), 1, default, default);
}
