using System.Globalization;
using Cozy.Grains.Triggers;
using Cozy.Grains.Triggers.Schedules;
using Xunit;

namespace Cozy.Grains.Tests.Triggers;

/// <summary>Tables of when triggers are due. Times are UTC unless they say otherwise.</summary>
public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Created = Time("2026-01-01T00:00:00Z");

    [Theory]
    // Six fields and five, names, ranges and steps.
    [InlineData("0 30 4 * * 1", "UTC", "2026-11-22T00:00:00Z", "2026-11-23T04:30:00Z 2026-11-30T04:30:00Z")]
    [InlineData("30 4 * * 1", "UTC", "2026-11-22T00:00:00Z", "2026-11-23T04:30:00Z")]
    [InlineData("*/20 * * * * *", "UTC", "2026-11-22T00:00:00Z", "2026-11-22T00:00:20Z 2026-11-22T00:00:40Z 2026-11-22T00:01:00Z")]
    [InlineData("0 0 12 ? JAN,JUL MON-FRI", "UTC", "2026-06-30T00:00:00Z", "2026-07-01T12:00:00Z")]
    [InlineData("@daily", "UTC", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z")]
    [InlineData("0 0 0 * * 7", "UTC", "2026-11-21T12:00:00Z", "2026-11-22T00:00:00Z")]
    // A day of the month and one of the week: either, as in Unix' cron.
    [InlineData("0 0 0 13 * 5", "UTC", "2026-11-01T00:00:00Z", "2026-11-06T00:00:00Z 2026-11-13T00:00:00Z 2026-11-20T00:00:00Z")]
    [InlineData("0 0 0 14 * 5", "UTC", "2026-11-10T00:00:00Z", "2026-11-13T00:00:00Z 2026-11-14T00:00:00Z")]
    // Leap days and ends of months.
    [InlineData("0 0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z 2032-02-29T00:00:00Z")]
    [InlineData("0 0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z")]
    [InlineData("0 0 0 31 * *", "UTC", "2026-01-31T00:00:01Z", "2026-03-31T00:00:00Z 2026-05-31T00:00:00Z")]
    [InlineData("0 59 23 L * *", "UTC", "2028-02-01T00:00:00Z", "2028-02-29T23:59:00Z 2028-03-31T23:59:00Z")]
    // In Paris clocks go from 2:00 to 3:00 on 2026-03-29 and from 3:00 to 2:00 on 2026-10-25.
    [InlineData("0 30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:30:00Z")]
    [InlineData("0 30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z")]
    [InlineData("0 0 * * * *", "Europe/Paris", "2026-10-24T23:30:00Z", "2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z")]
    [InlineData("0 0 8 * * *", "Europe/Paris", "2026-03-28T00:00:00Z", "2026-03-28T07:00:00Z 2026-03-29T06:00:00Z")]
    // A time that is in the gap each time it comes, and one that a whole day of a zone lacks: Samoa had no 2011-12-30.
    [InlineData("0 30 2 ? 3 0L", "Europe/Paris", "2026-01-01T00:00:00Z", "2026-03-29T01:00:00Z 2027-03-28T01:00:00Z")]
    [InlineData("0 0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", "2011-12-29T22:00:00Z 2011-12-30T22:00:00Z")]
    // Zones whose winter is the exception: clocks go forward at 1:00 in Dublin, and at 2:00 at the end of Ramadan in Morocco.
    [InlineData("0 30 * * * *", "Europe/Dublin", "2026-03-29T00:00:00Z", "2026-03-29T00:30:00Z 2026-03-29T01:30:00Z 2026-03-29T02:30:00Z")]
    [InlineData("0 */30 * * * *", "Africa/Casablanca", "2026-03-22T01:00:01Z", "2026-03-22T01:30:00Z 2026-03-22T02:00:00Z 2026-03-22T02:30:00Z 2026-03-22T03:00:00Z")]
    // Intervals go on through the hour that comes twice; a time of day comes once.
    [InlineData("0 */30 2 * * *", "Europe/Paris", "2026-10-24T22:00:00Z", "2026-10-25T00:00:00Z 2026-10-25T00:30:00Z 2026-10-25T01:00:00Z 2026-10-25T01:30:00Z 2026-10-26T01:00:00Z")]
    [InlineData("0 0 1 * * *", "America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T05:00:00Z 2026-11-02T06:00:00Z")]
    // The end of a month, of a year, and the last working day.
    [InlineData("59 59 23 31 12 *", "Pacific/Kiritimati", "2026-12-31T09:59:58Z", "2026-12-31T09:59:59Z 2027-12-31T09:59:59Z")]
    [InlineData("0 0 0 LW * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-30T00:00:00Z 2026-02-27T00:00:00Z 2026-03-31T00:00:00Z")]
    [InlineData("0 0 0 30 * *", "UTC", "2027-01-30T00:00:01Z", "2027-03-30T00:00:00Z")]
    // A zone of its own, half an hour off, and one that changes by half an hour.
    [InlineData("CRON_TZ=Asia/Kolkata 0 0 0 * * *", "UTC", "2026-11-22T00:00:00Z", "2026-11-22T18:30:00Z")]
    [InlineData("TZ=America/New_York 0 30 2 8 3 *", "UTC", "2026-03-01T00:00:00Z", "2026-03-08T07:00:00Z 2027-03-08T07:30:00Z")]
    [InlineData("0 15 2 * * *", "Australia/Lord_Howe", "2026-10-02T16:00:00Z", "2026-10-03T15:30:00Z 2026-10-04T15:15:00Z")]
    public void A_cron_expression_is_due(string expression, string zone, string after, string expected)
    {
        var schedule = CronParser.Parse(expression, TimeZoneInfo.FindSystemTimeZoneById(zone), Time(after));
        Assert.NotNull(schedule);
        Assert.Equal(expected.Split(' ').Select(Time), Times(schedule, after, expected.Split(' ').Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("every day")]
    [InlineData("* * * *")]
    [InlineData("* * * * * * *")]
    [InlineData("0 60 * * * *")]
    [InlineData("0 0 0 30 2 *")]
    [InlineData("0 0 0 31 4,6,9,11 *")]
    [InlineData("0 0 0 31 2 ?")]
    [InlineData("0 0 0 ? 2 1#6")]
    [InlineData("0 0 0 L-30 2 *")]
    [InlineData("*/0 * * * * *")]
    [InlineData("0 0 0 0 * *")]
    [InlineData("5-1-3 * * * * *")]
    [InlineData("0 0 24 * * *")]
    [InlineData("0 0 * * * 8")]
    [InlineData("-1 * * * * *")]
    [InlineData("99999999999999999999 * * * * *")]
    [InlineData("٣ * * * * *")]
    [InlineData("@reboot")]
    [InlineData("@every")]
    [InlineData("@every -1h")]
    [InlineData("@every 999ms")]
    [InlineData("@every 99999999999999999999h")]
    [InlineData("@often")]
    [InlineData("@every 0s")]
    [InlineData("CRON_TZ=Mars/Olympus 0 0 * * * *")]
    [InlineData("CRON_TZ=UTC")]
    public void What_is_no_cron_expression_or_never_comes_true_is_refused(string expression) =>
        Assert.Null(CronParser.Parse(expression, TimeZoneInfo.Utc, Created));

    [Theory]
    [InlineData("0 15,45 * * * *")]
    [InlineData("30 10 3 * * MON-FRI")]
    [InlineData("0 0 0 L * ?")]
    [InlineData("0 30 1-3 29 2,3,10,11 ?")]
    [InlineData("0 */20 2 * 3,4,9,10,11 SUN")]
    public void Times_are_those_of_Cronos_in_every_zone(string expression)
    {
        var cronos = Cronos.CronExpression.Parse(expression, Cronos.CronFormat.IncludeSeconds);
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var schedule = CronParser.Parse($"CRON_TZ={zone.Id} {expression}", TimeZoneInfo.Utc, Created)!;
            var at = Created;
            for (var count = 0; count < 60; count++)
            {
                var (own, theirs) = (schedule.Next(at)!.Value, cronos.GetNextOccurrence(at, zone)!.Value);

                // Cronos does not get over the gap of a zone whose winter is the exception; we must.
                Assert.True(own > at, $"{own} after {at} in {zone.Id}");
                if (theirs > at)
                    Assert.Equal(theirs.ToUniversalTime(), own);
                at = own;
            }
        }
    }

    [Theory]
    [InlineData("@daily", "", "", 0, 24)]
    [InlineData("@daily", "before 5am", "", 0, 5)]
    [InlineData("@daily", "before 12pm", "", 0, 12)]
    [InlineData("@daily", "after 10pm", "", 22, 24)]
    [InlineData("@daily", "after 12am", "", 0, 24)]
    [InlineData("@daily", "between 8am and 6pm", "", 8, 18)]
    [InlineData("@hourly", "", "", 0, 24)]
    [InlineData("@hourly", "between 8am and 6pm", "", 0, 24)]
    [InlineData("@weekly", "", "0123456", 0, 24)]
    [InlineData("@weekly", "on monday before 5am", "1", 0, 5)]
    [InlineData("@weekly", "on mon,wed,fri", "135", 0, 24)]
    [InlineData("@weekly", "on wed-fri after 10pm", "345", 22, 24)]
    [InlineData("@weekly", "on sat-tue", "6012", 0, 24)]
    [InlineData("@weekly", "on weekday between 8am and 9am", "12345", 8, 9)]
    [InlineData("@weekly", "on weekend", "06", 0, 24)]
    public void A_spread_time_is_within_its_bounds_whatever_the_trigger(string type, string words, string days, int from, int to)
    {
        var seen = new HashSet<DateTimeOffset>();
        for (var seed = 0; seed < 50; seed++)
        {
            var schedule = SpreadParser.Parse(type, words, $"{seed}", TimeZoneInfo.Utc);
            var times = Times(schedule!, "2026-11-22T13:14:15Z", 8);
            Assert.All(times, time => Assert.InRange(time.Hour, from, to - 1));
            if (days.Length > 0)
                Assert.All(times, time => Assert.Contains((char)('0' + (int)time.DayOfWeek), days));
            var period = type switch { "@hourly" => TimeSpan.FromHours(1), "@daily" => TimeSpan.FromDays(1), _ => TimeSpan.FromDays(7) };
            Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(period, pair.Second - pair.First));
            Assert.Equal(times, Times(SpreadParser.Parse(type, words, $"{seed}", TimeZoneInfo.Utc)!, "2026-11-22T13:14:15Z", 8));
            seen.Add(times[0]);
        }

        Assert.True(seen.Count > 25, $"Fifty triggers have {seen.Count} times.");
    }

    [Theory]
    [InlineData("on the 1", "1 1 1 1")]
    [InlineData("on the 29", "29 29 29 28 29")]
    [InlineData("on the 30", "30 30 30 28 30")]
    [InlineData("on the 31", "30 31 31 28 31 30")]
    [InlineData("on the 31-31 before 5am", "30 31 31 28")]
    public void A_month_that_has_no_such_day_has_it_on_its_last(string words, string expected)
    {
        var schedule = SpreadParser.Parse("@monthly", words, "s", TimeZoneInfo.Utc);
        var days = Times(schedule!, "2026-11-01T00:00:00Z", expected.Split(' ').Length + 1).Select(time => time.Day);
        var list = words.StartsWith("on the 1", StringComparison.Ordinal) ? days.Skip(1) : days;
        Assert.StartsWith(expected, string.Join(' ', list), StringComparison.Ordinal);
    }

    [Fact]
    public void A_month_without_days_has_one_that_each_month_has() => Assert.All(
        Enumerable.Range(0, 100).Select(seed => SpreadParser.Parse("@monthly", "", $"{seed}", TimeZoneInfo.Utc)!.Next(Created)!.Value.Day),
        day => Assert.InRange(day, 1, 28));

    [Theory]
    [InlineData("@daily", "on the hour")]
    [InlineData("@daily", "at noon")]
    [InlineData("@daily", "before 13pm")]
    [InlineData("@daily", "before 0am")]
    [InlineData("@daily", "between 6pm and 8am")]
    [InlineData("@daily", "between 8am and 8am")]
    [InlineData("@daily", "before 12am")]
    [InlineData("@daily", "between 8am")]
    [InlineData("@daily", "before 5am after 3am")]
    [InlineData("@daily", "on monday")]
    [InlineData("@weekly", "on blursday")]
    [InlineData("@weekly", "on")]
    [InlineData("@weekly", "on mon-")]
    [InlineData("@monthly", "on the 3rd")]
    [InlineData("@monthly", "between 3 and 5")]
    [InlineData("@monthly", "on the 32")]
    [InlineData("@monthly", "on the 5-2")]
    [InlineData("@monthly", "on monday")]
    public void Words_that_make_no_sense_are_refused(string type, string words) =>
        Assert.Null(SpreadParser.Parse(type, words, "s", TimeZoneInfo.Utc));

    [Fact]
    public void Every_is_counted_from_the_beginning()
    {
        var every = new EverySchedule(Created, TimeSpan.FromMinutes(90));
        Assert.Equal(Created.AddMinutes(90), every.Next(Created));
        // Made while the clock was a day ahead.
        Assert.Equal(Created.AddDays(-1).AddMinutes(90), every.Next(Created.AddDays(-1)));
        Assert.Equal(Created, every.Next(Created.AddSeconds(-1)));
        Assert.Equal(Created.AddMinutes(180), every.Next(Created.AddMinutes(90)));
        Assert.Equal(Created.AddMinutes(90 * 1001), every.Next(Created.AddMinutes(90 * 1000).AddSeconds(1)));
    }

    [Fact]
    public void A_time_that_is_over_for_a_day_is_a_mistake()
    {
        Assert.Equal(Created, new OnceSchedule(Created.AddHours(-24), Created).Next(Created.AddDays(9)));
        Assert.Null(new OnceSchedule(Created.AddHours(-25), Created).Next(Created));
        Assert.Equal(Created.AddYears(5), new OnceSchedule(Created.AddYears(5), Created).Next(Created));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static List<DateTimeOffset> Times(Schedule schedule, string after, int count)
    {
        var times = new List<DateTimeOffset>();
        for (var at = Time(after); times.Count < count && schedule.Next(at) is { } next; at = next)
            times.Add(next);
        return times;
    }
}
